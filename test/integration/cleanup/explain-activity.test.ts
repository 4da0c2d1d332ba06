import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Explanation, explainActivity } from '../../../lib/cleanup/rules/explain-activity.ts';
import { readRules } from '../../../lib/cleanup/rules/read-rules.ts';
import { StageDirectories } from '../../../lib/cleanup/rules/stage-directory.ts';
import { batchReads } from '../../../lib/worker/request/batch-reads.ts';
import { type BenchStage, benchStage } from '../../bench/sweep/bench-stage.ts';

let stage: BenchStage;
beforeAll(async () => {
  stage = await benchStage(100, 'explain');
});
afterAll(() => stage.close());

async function explain(activityId: number, rules: readonly object[]): Promise<Explanation> {
  const reading = readRules(JSON.stringify(rules));
  if (reading.kind === 'rejected') throw new Error(reading.problems.join('\n'));
  const { clock, member, stores } = stage;
  const state = await stores.portals.read(member);
  if (state === null) throw new Error('no portal');
  const ask = batchReads({ api: await stage.newWorker().openPortal(state), clock, allotment: 'all' });
  const deps = {
    portal: member,
    ask,
    stages: new StageDirectories(clock),
    exemptions: stores.exemptions,
    now: clock.now(),
  };
  return await explainActivity(activityId, reading.rules, deps);
}

const LOST = { name: 'lost', element: 'deal', when: { stage: 'failed' }, activities: { types: ['call'] } };
const WON = { name: 'won', enabled: false, element: 'deal', when: { stage: 'success' } };

describe('for one activity', () => {
  it('each rule tells for each binding whether it matches, and what was found instead of what it wants', async () => {
    stage.portal.seed({
      deals: [
        { id: 1, stageId: 'LOSE' },
        { id: 2, stageId: 'WON' },
      ],
      activities: [{ id: 7, typeId: 2, bindings: ['deal:1', 'deal:2', 'contact:5'] }],
    });

    const explanation = await explain(7, [LOST, WON]);

    expect(explanation).toMatchObject({
      kind: 'explained',
      activity: { id: 7, type: 'call' },
      rules: [
        { rule: 'lost', element: { entityId: 1 }, matches: true, kept: null },
        { rule: 'lost', element: { entityId: 2 }, matches: false, kept: null },
        { rule: 'won', element: { entityId: 1 }, matches: false },
        { rule: 'won', enabled: false, element: { entityId: 2 }, matches: true, kept: 'disabled' },
      ],
    });
    const checks = explanation.kind === 'explained' ? explanation.rules[1]?.checks : [];
    expect(checks).toEqual([
      { field: 'element', wanted: 'deal', found: 'deal:2', holds: true },
      { field: 'when.stage', wanted: 'failed', found: 'success', holds: false },
      { field: 'activities.types', wanted: 'call', found: 'call (VOXIMPLANT_CALL)', holds: true },
      { field: '', wanted: 'another binding remains', found: 'deal:1, contact:5', holds: true },
    ]);
  });

  it('a binding that matches and stays comes with the reason', async () => {
    const deals = [1, 2, 3].map((id) => ({ id, stageId: 'LOSE' }));
    stage.portal.seed({ deals, activities: [{ id: 8, typeId: 2, bindings: ['deal:1', 'deal:2', 'deal:3'] }] });
    await stage.stores.exemptions.exempt(
      stage.member,
      [{ activityId: 8, element: { entityTypeId: 2, entityId: 1 } }],
      'undo:1',
      0,
    );
    await stage.stores.exemptions.noteRefused(
      stage.member,
      [{ activityId: 8, element: { entityTypeId: 2, entityId: 2 } }],
      stage.clock.now(),
    );

    const explanation = await explain(8, [LOST]);

    const kept = explanation.kind === 'explained' ? explanation.rules.map((one) => one.kept) : [];
    expect(kept).toEqual(['exempt', 'resting', null]);
  });

  it('that does not exist, there is nothing to explain', async () => {
    expect(await explain(4_711, [LOST])).toEqual({ kind: 'unreadable', code: 'NOT_FOUND' });
  });
});
