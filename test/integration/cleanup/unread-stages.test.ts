import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { startApply, startPlan, startSweep } from '../../../lib/cleanup/start-run.ts';
import { type BenchStage, benchStage } from '../../bench/sweep/bench-stage.ts';

const LOST_DEALS = { name: 'lost-deals', element: 'deal', when: { stage: 'failed' } };
const PROCESS = { name: 'failed-items', element: 'dynamic_147', when: { stage: 'failed' } };

let stage: BenchStage;
beforeEach(async () => {
  stage = await benchStage(100, 'stages');
  await stage.stores.portals.writeRules(stage.member, JSON.stringify([LOST_DEALS, PROCESS]));
  stage.portal.seed({
    deals: [{ id: 1, stageId: 'LOSE' }],
    smartProcesses: [{ entityTypeId: 147 }],
    smartItems: [{ entityTypeId: 147, id: 1, stageId: 'FAIL' }],
    activities: [
      { id: 100, completed: true, bindings: ['147:1', 'contact:5'] },
      { id: 200, completed: true, bindings: ['deal:1', 'contact:5'] },
    ],
  });
});
afterEach(() => stage.close());

function refuse(method: string, times = 1): void {
  const kind = { error: { code: 'ACCESS_DENIED', status: 400 } };
  stage.portal.script({ method, times, kind });
  stage.portal.script({ method, inBatch: true, times, kind });
}

/** Every new worker starts without knowing any stages. */
async function work(): Promise<void> {
  await stage.drain(stage.newWorker());
}
const planOf = (id: string) => stage.stores.plans.read(stage.member, id);
const removedActivities = (): unknown[] =>
  stage.portal.ledger.changes.flatMap(({ kind, data }) => (kind === 'binding_removed' ? [data.activityId] : []));
const endOf = async (run: string) =>
  (await stage.stores.runs.history(stage.member)).find(({ id }) => id === run)?.end ?? null;

it('stages that could not be read do not count as absent, and are read again', async () => {
  const refused = await startPlan(stage.member, stage.deps);
  refuse('crm.status.list');
  const ports = stage.newWorker();
  await stage.drain(ports);
  const read = await startPlan(stage.member, stage.deps);
  await stage.drain(ports);

  expect(await planOf(refused.plan)).toMatchObject({ state: 'stopped', ended: 'unreadable', code: 'ACCESS_DENIED' });
  expect(await planOf(refused.plan)).toMatchObject({ items: 1, byRule: { 'lost-deals': 1 } });
  expect(await planOf(read.plan)).toMatchObject({ state: 'ready', ended: null, code: null, items: 2 });
});

it('a sweep does what it can without stages', async () => {
  const started = await startSweep(stage.member, stage.deps);
  refuse('crm.status.list', 9);
  await work();

  expect(removedActivities()).toEqual([200]);
  expect(await endOf(started.kind === 'started' ? started.run : '')).toMatchObject({
    why: 'unreadable',
    code: 'ACCESS_DENIED',
  });
});

it('a plan that is applied without stages keeps what it cannot check', async () => {
  const { plan } = await startPlan(stage.member, stage.deps);
  await work();
  const first = await startApply(stage.member, plan, stage.deps);
  refuse('crm.status.list');
  await work();
  const before = await planOf(plan);
  const second = await startApply(stage.member, plan, stage.deps);
  await work();

  const outcomes = await stage.stores.outcomes.ofJob(stage.member, first.kind === 'started' ? first.run : '');
  expect(outcomes.map(({ activityId, code }) => [activityId, code])).toEqual(
    expect.arrayContaining([
      [100, 'UNREADABLE'],
      [200, null],
    ]),
  );
  expect(before).toMatchObject({ done: 1 });
  expect(second.kind).toBe('started');
  expect(await planOf(plan)).toMatchObject({ done: 2, next: 2 });
  expect(removedActivities()).toEqual([200, 100]);
});

it.each([
  ['crm.status.list', { kind: 'element_changed', element: { entityTypeId: 147, entityId: 1 } }],
  ['crm.item.list', { kind: 'element_changed', element: { entityTypeId: 147, entityId: 1 } }],
  ['crm.activity.list', { kind: 'element_changed', element: { entityTypeId: 147, entityId: 1 } }],
  ['crm.activity.binding.list', { kind: 'element_changed', element: { entityTypeId: 147, entityId: 1 } }],
  ['crm.status.list', { kind: 'activity_changed', activityId: 100 }],
  ['crm.item.list', { kind: 'activity_changed', activityId: 100 }],
  ['crm.activity.list', { kind: 'activity_changed', activityId: 100 }],
  ['crm.activity.binding.list', { kind: 'activity_changed', activityId: 100 }],
] as const)('without %s an event removes nothing, and its job keeps the code: %p', async (method, task) => {
  const job = { portal: stage.member, id: 'event:x', lane: 'event', trigger: 'event', cause: 'x', task } as const;
  await stage.stores.jobs.add(job, stage.clock.now());
  refuse(method);
  await work();

  expect(removedActivities()).toEqual([]);
  expect(await stage.stores.jobs.read(stage.member, job.id)).toMatchObject({
    phase: 'finished',
    code: 'ACCESS_DENIED',
  });
});
