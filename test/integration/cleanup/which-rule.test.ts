import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startApply, startPlan } from '../../../lib/cleanup/start-run.ts';
import { LOST_DEALS } from '../../support/cleanup/lost-deals.ts';
import { type CleanupStage, cleanupStage } from '../../support/stage/cleanup-stage.ts';

const LEADS = { name: 'leads', element: 'lead', when: { alsoBoundTo: ['contact'] } };

let stage: CleanupStage;
beforeAll(async () => {
  stage = await cleanupStage([LOST_DEALS]);
  stage.scene({
    deals: [
      { id: 1, stageId: 'LOSE' },
      { id: 2, stageId: 'NEW' },
    ],
    activities: [1, 2, 3, 4, 5].map((id) => ({
      id,
      completed: id !== 2,
      bindings: [id === 3 ? 'deal:2' : 'deal:1', `lead:${id}`, 'contact:5'],
    })),
  });
});
afterAll(() => stage.close());

const rulesOf = async (activity: number): Promise<string[]> =>
  (await stage.outcomes())
    .filter(({ activityId }) => activityId === activity)
    .map(({ trigger, status, rule = '-' }) => `${trigger} ${status} ${rule}`)
    .sort();

it('an outcome names the rule behind it, whether an event or a sweep found it', async () => {
  await stage.portal.act({ do: 'callRobot', element: 'deal:1', properties: { activity_id: [1] } });
  await stage.portal.act({ do: 'completeActivity', id: 2 });
  await stage.portal.act({ do: 'moveDeal', id: 2, stageId: 'LOSE' });
  await stage.settled();
  const { plan } = await startPlan(stage.member, stage.deps);
  await stage.settled();
  stage.portal.crm().bindings.remove(5, { entityTypeId: 2, entityId: 1 });
  await startApply(stage.member, plan, stage.deps);
  await stage.settled();
  await stage.setRules([LEADS]);
  await stage.sweep('2026-11-24T03:00:00Z');

  expect(await rulesOf(1)).toEqual(['cleanup unbound leads', 'robot unbound -']);
  expect(await rulesOf(2)).toEqual(['cleanup unbound leads', 'event unbound lost-deals']);
  expect(await rulesOf(3)).toEqual(['cleanup unbound leads', 'event unbound lost-deals']);
  expect(await rulesOf(4)).toEqual(['cleanup unbound leads', 'cleanup unbound lost-deals']);
  expect(await rulesOf(5)).toEqual(['cleanup already_unbound lost-deals', 'cleanup unbound leads']);
});
