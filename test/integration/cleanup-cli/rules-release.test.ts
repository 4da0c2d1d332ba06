import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { LOST_DEALS } from '../../support/cleanup/lost-deals.ts';
import { type CleanupCliStage, openCleanupCli } from '../../support/stage/cleanup-cli-stage.ts';

let stage: CleanupCliStage;
beforeAll(async () => {
  stage = await openCleanupCli();
});
beforeEach(async () => {
  await stage.setRules([LOST_DEALS]);
  stage.lostDeals();
});
afterAll(() => stage.close());

describe('rules release', () => {
  it('ends the exemption that an undo has created, by undo or by binding', async () => {
    const plan = await stage.plan();
    await stage.json(['cleanup', 'apply', '--plan', plan, '--yes']);
    const { records: undone } = await stage.json(['undo', '--run', `apply:${plan}:1`, '--yes']);

    const before = await stage.json(['rules', 'exemptions']);
    const exempt = await stage.json(['rules', 'try', '--activity', '100']);
    const one = await stage.json(['rules', 'release', '--activity', '100', '--element', 'deal:1']);
    const all = await stage.json(['rules', 'release', '--run', String(undone[0]?.run)]);
    const nothing = await stage.json(['rules', 'release', '--all']);

    expect(before.records).toHaveLength(20);
    expect(exempt.records[0]).toMatchObject({ kept: 'exempt' });
    expect([one, all].map(({ code, records }) => [code, records[0]?.released])).toEqual([
      [0, 1],
      [0, 19],
    ]);
    expect(nothing).toMatchObject({ code: 1, records: [{ released: 0 }] });
  });

  it('lets rules try again what Bitrix24 has refused', async () => {
    stage.portal.script({
      method: 'crm.activity.binding.delete',
      times: 3,
      inBatch: true,
      kind: { error: { code: 'ACCESS_DENIED' } },
    });
    await stage.json(['cleanup', 'apply', '--plan', await stage.plan(), '--yes']);

    const again = await stage.json(['cleanup', 'plan']);
    const resting = await stage.json(['rules', 'exemptions']);
    const tried = await stage.json(['rules', 'try', '--activity', String(resting.records[0]?.activityId)]);
    const undone = await stage.json(['rules', 'release', '--run', 'undo:x']);
    const released = await stage.json(['rules', 'release', '--refused']);
    const after = await stage.json(['rules', 'exemptions']);
    await stage.json(['cleanup', 'apply', '--plan', await stage.plan(), '--yes']);

    expect(again.records[0]).toMatchObject({ items: 0, spared: 3 });
    expect(again.stderr).toContain('3 bindings match too, but are exempt from rules');
    expect(resting.records).toHaveLength(3);
    expect(resting.records[0]).toMatchObject({ why: 'refused', run: null });
    expect(tried.records[0]).toMatchObject({ kept: 'resting' });
    expect([undone.code, released.records, after.records]).toEqual([1, [{ portal: stage.member, released: 3 }], []]);
    expect(stage.changes('binding_removed')).toHaveLength(20);
  });
});
