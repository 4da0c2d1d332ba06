import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { startApply, startPlan } from '../../../lib/cleanup/start-run.ts';
import { type BenchStage, benchStage } from '../../bench/sweep/bench-stage.ts';

const LEADS = { name: 'leads-with-deals', element: 'lead', when: { alsoBoundTo: ['deal'] } };
const LOST_DEALS = { name: 'lost-deals', element: 'deal', when: { stage: 'failed' } };
const COUNT = 200;
const LONG_MS = 60_000;

let stage: BenchStage;
beforeEach(async () => {
  stage = await benchStage(100, 'windows');
  await stage.stores.portals.writeRules(stage.member, JSON.stringify([LEADS, LOST_DEALS]));
});
afterEach(() => stage.close());

/** More items than one check covers: alternately two of one activity and one of the next. */
function seed(): void {
  const pair = (index: number) => ({ bindings: ['lead:1', `deal:${index + 1}`, 'deal:5000', 'contact:5'] });
  const single = { bindings: ['lead:1', 'deal:6000', 'contact:5'] };
  stage.portal.seed({
    leads: [{ id: 1 }],
    deals: [
      { id: 1, count: COUNT, stageId: 'LOSE' },
      { id: 5_000, stageId: 'NEW' },
      { id: 6_000, stageId: 'NEW' },
    ],
    contacts: [{ id: 5 }],
    activities: Array.from({ length: COUNT }, (_, index) => [
      { id: 2 * index + 1, completed: true, ...pair(index) },
      { id: 2 * index + 2, completed: true, ...single },
    ]).flat(),
  });
}

const PAIRS = Array.from({ length: COUNT }, (_, index) => 2 * index + 1);

const boundTo = (id: number): string[] =>
  stage.portal
    .crm()
    .bindings.rows(id)
    .map(({ entityTypeId, entityId }) => `${entityTypeId}:${entityId}`);

it(
  'the items of one activity are checked together, wherever a check ends',
  async () => {
    seed();
    const { plan } = await startPlan(stage.member, stage.deps);
    await stage.drain(stage.newWorker());
    // The leads relied on this deal: now only the lost deal is left to rely on, and that is removed as well.
    for (const activityId of PAIRS) await stage.portal.act({ do: 'unbind', activityId, element: 'deal:5000' });
    const started = await startApply(stage.member, plan, stage.deps);
    await stage.drain(stage.newWorker());

    const run = started.kind === 'started' ? started.run : '';
    const outcomes = await stage.stores.outcomes.ofJob(stage.member, run);
    const kept = outcomes.filter(({ code }) => code === 'NOT_BOUND_ELSEWHERE').map(({ activityId }) => activityId);
    expect(PAIRS.filter((id) => !boundTo(id).includes('1:1'))).toEqual([]);
    expect(kept.toSorted((one, other) => one - other)).toEqual(PAIRS);
    expect(outcomes.filter(({ status }) => status === 'unbound')).toHaveLength(2 * COUNT);
  },
  LONG_MS,
);

it(
  'the items left over from a check are checked again together with the next ones',
  async () => {
    stage.portal.seed({
      deals: [{ id: 1, count: 1_500, stageId: 'LOSE' }],
      activities: [{ id: 1, count: 1_500, completed: true, bindings: ['deal:1..1500', 'contact:5'] }],
    });
    const { plan } = await startPlan(stage.member, stage.deps);
    await stage.drain(stage.newWorker());
    // So that requests and checks end at different items.
    for (let id = 1; id <= 7; id += 1) await stage.portal.act({ do: 'moveDeal', id, stageId: 'NEW' });
    const started = await startApply(stage.member, plan, stage.deps);
    const ports = stage.newWorker();
    const { apply } = ports.planners;
    const moved: number[] = [];
    const planners = {
      ...ports.planners,
      async apply(...args: Parameters<typeof apply>) {
        const [next, checkedTo] = [Number(args[0].cursor?.next ?? 0), Number(args[0].cursor?.checkedTo ?? 0)];
        const isTail = checkedTo > next && checkedTo - next < 50 && checkedTo < 1_500 && moved.length === 0;
        const { items } = await stage.stores.plans.page(stage.member, plan, next, isTail ? checkedTo - next : 0);
        for (const { activityId, element } of isTail ? items : []) {
          await stage.portal.act({ do: 'moveDeal', id: element.entityId, stageId: 'NEW' });
          moved.push(activityId);
        }
        return await apply(...args);
      },
    };

    await stage.drain({ ...ports, planners });

    const run = started.kind === 'started' ? started.run : '';
    const outcomes = await stage.stores.outcomes.ofJob(stage.member, run);
    const changed = outcomes
      .filter(({ code, activityId }) => code === 'ELEMENT_CHANGED' && activityId > 7)
      .map(({ activityId }) => activityId);
    expect(moved.length).toBeGreaterThan(0);
    expect(new Set(changed)).toEqual(new Set(moved));
  },
  LONG_MS,
);
