import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Outcome } from '../../../lib/jobs/outcome.ts';
import { wakePortal } from '../../../lib/jobs/wake-portal.ts';
import { LOST_DEALS } from '../../support/cleanup/lost-deals.ts';
import { type CleanupCliStage, openCleanupCli } from '../../support/stage/cleanup-cli-stage.ts';

let stage: CleanupCliStage;
beforeAll(async () => {
  stage = await openCleanupCli();
});
afterAll(() => stage.close());
beforeEach(() => stage.setRules([LOST_DEALS]));

/** What a robot could ask for: 50 activities keep their only binding, and three lose one of two. */
async function unbindAll(): Promise<Outcome[]> {
  stage.scene({
    deals: [{ id: 1, stageId: 'NEW' }],
    activities: [
      { id: 1_000, count: 50, completed: true, bindings: ['deal:1'] },
      { id: 2_000, count: 3, completed: true, bindings: ['deal:1', 'contact:5'] },
    ],
  });
  const ids = [...Array.from({ length: 50 }, (_, index) => 1_000 + index), 2_000, 2_001, 2_002];
  const element = { entityTypeId: 2, entityId: 1 };
  const task = { kind: 'unbind', element, activities: ids, filter: null } as const;
  const id = `robot:${randomUUID()}`;
  const { deps, member } = stage;
  const job = { portal: member, id, lane: 'robot', trigger: 'robot', cause: id, task } as const;
  await deps.jobs.add(job, Date.now());
  await wakePortal(member, deps.wakeDeps);
  return await stage.outcomesOf(id);
}

it('an undo of outcomes rebinds what was unbound, and reports each other one as skipped', async () => {
  const named = (await unbindAll()).flatMap(({ id }) => ['--outcome', String(id)]);

  const { code, records } = await stage.json(['undo', '--yes', ...named]);
  const exempted = await Array.fromAsync(stage.deps.exemptions.list(stage.member));

  expect(code).toBe(1);
  expect(records[0]).toMatchObject({ ended: 'completed', counts: { bound: 3, skipped: 50 }, done: 53, total: 53 });
  expect(records.slice(1)).toMatchObject([{ status: 'skipped', code: 'NOT_UNBOUND', count: 50 }]);
  expect(stage.bindings(2_001)).toEqual(['2:1', '3:5']);
  expect(exempted).toHaveLength(3);
  await stage.releaseAll();
});

it('an outcome that was not unbound removes no exemption', async () => {
  const all = await unbindAll();
  const refused = all.find(({ status }) => status === 'refused');
  const unbound = all.find(({ status }) => status === 'unbound');
  const pair = { activityId: Number(refused?.activityId), element: { entityTypeId: 2, entityId: 1 } };
  await stage.deps.exemptions.exempt(stage.member, [pair], 'undo:before', Date.now());

  await stage.json(['undo', '--yes', '--outcome', String(refused?.id), '--outcome', String(unbound?.id)]);

  const exempted = await Array.fromAsync(stage.deps.exemptions.list(stage.member));
  expect(exempted).toContainEqual(expect.objectContaining(pair));
  await stage.releaseAll();
});

it('an undo of a run that has unbound nothing does not start', async () => {
  stage.lostDeals();
  const plan = await stage.plan();
  for (let id = 1; id <= 10; id += 1) await stage.portal.act({ do: 'moveDeal', id, stageId: 'NEW' });
  const { records } = await stage.json(['cleanup', 'apply', '--plan', plan, '--yes']);
  expect(records[0]).toMatchObject({ counts: { skipped: 20 } });

  const undo = await stage.json(['undo', '--run', String(records[0]?.run)]);

  expect(undo).toMatchObject({ code: 1, records: [], stderr: expect.stringContaining('Nothing was unbound') });
});
