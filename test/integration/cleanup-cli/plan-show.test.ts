import { mkdirSync, mkdtempSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { LOST_DEALS } from '../../support/cleanup/lost-deals.ts';
import { type CleanupCliStage, openCleanupCli } from '../../support/stage/cleanup-cli-stage.ts';

const OPEN_DEALS = { name: 'open-deals', element: 'deal', when: { stage: 'process' }, activities: { types: ['todo'] } };

const folder = mkdtempSync(join(tmpdir(), 'unbind-show-'));
let stage: CleanupCliStage;
let plan: string;
beforeAll(async () => {
  stage = await openCleanupCli();
  await stage.setRules([LOST_DEALS, OPEN_DEALS]);
  stage.lostDeals();
  plan = await stage.plan();
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await stage.close();
});

it('cleanup show tells a rule that matched nothing from one that the plan was not made by', async () => {
  const idle = await stage.json(['cleanup', 'show', plan, '--rule', 'open-deals']);
  const strange = await stage.json(['cleanup', 'show', plan, '--rule', 'lost-deal']);

  expect(idle).toMatchObject({ code: 0, stderr: 'No item of the plan passes the filter.\n' });
  expect(strange).toMatchObject({ code: 1, stdout: '' });
  expect(strange.stderr).toContain(
    'There is no rule lost-deal. Did you mean lost-deals? Known rules: lost-deals, open-',
  );
});

it('cleanup plan makes no plan when its file cannot be written', async () => {
  const before = await stage.json(['cleanup', 'plans']);

  const ran = await stage.json(['cleanup', 'plan', '--export', join(folder, 'none', 'x.csv')]);

  const after = await stage.json(['cleanup', 'plans']);
  expect(ran).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('There is no folder') });
  expect(after.records).toEqual(before.records);
});

it('cleanup plan says what to do next even if the folder of its file has disappeared', async () => {
  const gone = join(folder, 'gone');
  mkdirSync(gone);
  const running = stage.json(['cleanup', 'plan', '--export', join(gone, 'x.csv')]);
  rmdirSync(gone);

  const { code, stderr } = await running;

  expect(code).toBe(1);
  expect(stderr).toContain(`x.csv cannot be written. There is no folder ${gone}.`);
  expect(stderr).not.toContain('.part');
  expect(stderr).toContain('cleanup apply');
});
