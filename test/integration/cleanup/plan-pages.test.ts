import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { startApply, startPlan } from '../../../lib/cleanup/start-run.ts';
import { type BenchStage, benchStage } from '../../bench/sweep/bench-stage.ts';
import { LOST_DEALS } from '../../support/cleanup/lost-deals.ts';

const COUNT = 130;

let stage: BenchStage;
beforeEach(async () => {
  stage = await benchStage(100, 'pages');
  await stage.stores.portals.writeRules(stage.member, JSON.stringify([LOST_DEALS]));
  stage.portal.seed({
    deals: [
      { id: 1, count: COUNT, stageId: 'LOSE' },
      { id: 900, stageId: 'NEW' },
    ],
    activities: [
      { id: 1, count: COUNT, completed: true, bindings: [`deal:1..${COUNT}`, 'contact:5'] },
      { id: 500, completed: true, bindings: ['deal:900', 'contact:5'] },
    ],
  });
});
afterEach(() => stage.close());

async function makePlan(): Promise<string> {
  const { plan } = await startPlan(stage.member, stage.deps);
  await stage.drain(stage.newWorker());
  return plan;
}

async function apply(plan: string): Promise<string> {
  const started = await startApply(stage.member, plan, stage.deps);
  await stage.drain(stage.newWorker());
  return started.kind === 'started' ? started.run : '';
}

const status = async (run: string) => ({
  job: await stage.stores.jobs.read(stage.member, run),
  end: (await stage.stores.runs.history(stage.member)).find(({ id }) => id === run)?.end,
  removals: stage.portal.ledger.changes.filter(({ kind }) => kind === 'binding_removed').length,
});

it('a plan whose items expired before it ends where they end, and does not hold up other jobs of the portal', async () => {
  const plan = await makePlan();
  await stage.stores.plans.dropItems(stage.member, plan, 0);
  const { jobs } = stage.stores;
  const task = { kind: 'unbind', element: { entityTypeId: 2, entityId: 1 }, activities: [1], filter: null } as const;
  const other = { portal: stage.member, id: 'cli:1', lane: 'event', trigger: 'cli', cause: 'x', task } as const;
  await jobs.add(other, stage.clock.now());
  const { job, end, removals } = await status(await apply(plan));

  expect(job).toMatchObject({ phase: 'finished', code: 'PLAN_NOT_FOUND' });
  expect(end).toMatchObject({ why: 'plan_gone', done: 0 });
  expect(removals).toBe(1);
});

it('a plan whose items expire while it is applied keeps the count of what was done', async () => {
  const plan = await makePlan();
  const started = await startApply(stage.member, plan, stage.deps);
  const ports = stage.newWorker();
  const watched: typeof ports.planners.apply = async (...args) => {
    if (Number(args[0].cursor?.next ?? 0) > 0) await stage.stores.plans.dropItems(stage.member, plan, 0);
    return await ports.planners.apply(...args);
  };
  await stage.drain({ ...ports, planners: { ...ports.planners, apply: watched } });

  const { job, end, removals } = await status(started.kind === 'started' ? started.run : '');
  expect(job).toMatchObject({ phase: 'finished', code: 'PLAN_NOT_FOUND' });
  expect(removals).toBeGreaterThan(0);
  expect(removals).toBeLessThan(COUNT);
  expect(end).toMatchObject({ why: 'plan_gone', done: removals });
});

it('items that a crash has left beyond those that the plan counts are not removed', async () => {
  const plan = await makePlan();
  await stage.portal.act({ do: 'moveDeal', id: 900, stageId: 'LOSE' });
  const left = { activityId: 500, element: { entityTypeId: 2, entityId: 900 }, rule: 'lost-deals' };
  await stage.stores.plans.addItems(stage.member, plan, COUNT, [left]);
  const { end, removals } = await status(await apply(plan));

  expect(end).toMatchObject({ why: 'completed', done: COUNT });
  expect(removals).toBe(COUNT);
  expect(stage.portal.crm().bindings.rows(500)).toHaveLength(2);
});
