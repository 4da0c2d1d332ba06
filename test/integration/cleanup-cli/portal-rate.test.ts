import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type CleanupCliStage, openCleanupCli } from '../../support/stage/cleanup-cli-stage.ts';

let stage: CleanupCliStage;
beforeAll(async () => {
  stage = await openCleanupCli();
});
afterAll(() => stage.close());

it('portal rate shows and sets how fast a portal is called', async () => {
  const before = await stage.json(['portal', 'rate']);
  const set = await stage.json(['portal', 'rate', 'standard']);
  const after = await stage.stack.stores.portals.read(stage.member);
  await stage.json(['portal', 'rate', 'enterprise']);

  expect(before.records).toEqual([{ portal: stage.member, rate: 'enterprise' }]);
  expect(set).toMatchObject({ code: 0, records: [{ rate: 'standard' }] });
  expect(after).toMatchObject({ plan: 'standard' });
});
