import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startPlan } from '../../../lib/cleanup/start-run.ts';
import { redrive } from '../../../lib/jobs/redrive.ts';
import type { WorkerPorts } from '../../../lib/worker/worker-ports.ts';
import { type BenchStage, benchStage } from '../../bench/sweep/bench-stage.ts';
import { LOST_DEALS } from '../../support/cleanup/lost-deals.ts';

const COUNT = 2_000;
const DEALS = COUNT / 10;
const TWICE = 10;
const LONG_MS = 60_000;
const DAYS_MS = 10 * 86_400_000;
/** A night that is too short. */
const FEW_MS = 10_000;

let stage: BenchStage;
beforeEach(async () => {
  stage = await benchStage(100, 'redriven');
  await stage.stores.portals.writeRules(stage.member, JSON.stringify([LOST_DEALS]));
  stage.portal.seed({
    deals: [{ id: 1, count: DEALS, stageId: 'LOSE' }],
    activities: [
      { id: 1, count: COUNT, completed: true, bindings: [`deal:1..${DEALS}`, 'contact:1'] },
      // Found twice, far apart.
      { id: COUNT + 1, count: TWICE, completed: true, bindings: ['deal:1', `deal:${DEALS / 2}`, 'contact:1'] },
    ],
  });
});
afterEach(() => stage.close());

/** A worker whose planning fails from the given call on, until the plan is given up. */
function workerFailingFrom(request: number): WorkerPorts {
  const ports = stage.newWorker();
  let requests = 0;
  const plan: typeof ports.planners.plan = async (...args) => {
    requests += 1;
    if (requests >= request) throw new Error('it cannot be planned');
    return await ports.planners.plan(...args);
  };
  return { ...ports, planners: { ...ports.planners, plan } };
}

/** Adds a plan as the schedule does. */
async function add(id: string, plan: string, ms: number): Promise<string> {
  const { clock, member, stores } = stage;
  const task = { kind: 'plan', plan, until: clock.now() + ms } as const;
  await stores.jobs.add({ portal: member, id, lane: 'sweep', trigger: 'cleanup', cause: id, task }, clock.now());
  return id;
}

async function redriveJob(run: string): Promise<string> {
  const { jobs, outcomes } = stage.stores;
  const job = await jobs.read(stage.member, run);
  if (job?.phase !== 'failed') throw new Error('only a job that was given up is redriven');
  const [id = ''] = await redrive(job, { jobs, outcomes, wakeDeps: stage.deps.wakeDeps, clock: stage.clock });
  return id;
}

async function planStatus(run: string, plan: string) {
  const { jobs, plans, runs } = stage.stores;
  const { items } = await plans.page(stage.member, plan, 0, 2 * COUNT);
  return {
    code: (await jobs.read(stage.member, run))?.code,
    ended: (await runs.history(stage.member)).find(({ id }) => id === run)?.end?.why,
    plan: await plans.read(stage.member, plan),
    items: items.map(({ activityId }) => activityId).toSorted((one, other) => one - other),
  };
}
const FROM_TWO = Array.from({ length: TWICE }, (_, index) => COUNT + 1 + index);
/** The activities of all items. */
const ALL = [...Array.from({ length: COUNT }, (_, index) => index + 1), ...FROM_TWO.flatMap((id) => [id, id])];

describe('a plan that was given up', () => {
  it.each([
    ['before it had begun', 1],
    ['in the middle', 6],
  ])(
    'and is redriven holds everything once: %s',
    async (_, request) => {
      const started = await startPlan(stage.member, stage.deps);
      const { plan } = started;
      await stage.drain(workerFailingFrom(request));
      // So that the pages of the second attempt begin at other items than those of the first.
      const { items } = await stage.stores.plans.page(stage.member, plan, 0, 1);
      const more = items[0]?.activityId ?? 1;
      await stage.portal.act({ do: 'bind', activityId: more, element: `deal:${(more % DEALS) + 1}` });
      const once = await redriveJob(`plan:${plan}`);
      await stage.drain(workerFailingFrom(1));
      const twice = await redriveJob(once);
      await stage.drain(stage.newWorker());

      expect(twice).toBe(`redrive:redrive:plan:${plan}`);
      expect(await planStatus(twice, plan)).toMatchObject({
        code: null,
        ended: 'completed',
        plan: { state: 'ready', items: ALL.length + 1 },
        items: [...ALL, more].toSorted((one, other) => one - other),
      });
    },
    LONG_MS,
  );

  it(
    'in its second night is redriven from where the first night ended',
    async () => {
      await add('plan:one', 'one', FEW_MS);
      await stage.drain(stage.newWorker());
      const first = await planStatus('plan:one', 'one');
      await add('plan:two', 'one', DAYS_MS);
      await stage.drain(workerFailingFrom(4));
      const unboundId = ALL.find((id) => !first.items.includes(id)) ?? 0;
      await stage.portal.act({ do: 'unbind', activityId: unboundId, element: `deal:${((unboundId - 1) % DEALS) + 1}` });
      const again = await redriveJob('plan:two');
      const lists = bindingLists();
      await stage.drain(stage.newWorker());

      const { plan, items, ended } = await planStatus(again, 'one');
      expect(first).toMatchObject({ ended: 'time_limit', plan: { state: 'stopped' } });
      expect(first.items.length).toBeGreaterThan(0);
      expect(ended).toBe('completed');
      expect(plan).toMatchObject({ state: 'ready', items: items.length, createdAt: first.plan?.createdAt });
      expect(items).toEqual(ALL.filter((id) => id !== unboundId));
      expect(bindingLists() - lists).toBeLessThan(COUNT);
    },
    LONG_MS,
  );

  it(
    'in its second night stays as it is if another plan was begun since, and says so',
    async () => {
      await add('plan:one', 'one', FEW_MS);
      await stage.drain(stage.newWorker());
      await add('plan:two', 'one', DAYS_MS);
      await stage.drain(workerFailingFrom(1));
      await add('plan:three', 'three', DAYS_MS);
      await stage.drain(stage.newWorker());
      const before = await planStatus('plan:two', 'one');
      const again = await redriveJob('plan:two');
      await stage.drain(stage.newWorker());

      const after = await planStatus(again, 'one');
      expect(after).toMatchObject({ code: 'PLACE_GONE', ended: 'checkpoint_lost' });
      expect([after.plan, after.items]).toEqual([before.plan, before.items]);
    },
    LONG_MS,
  );
});

const bindingLists = (): number =>
  stage.portal.ledger.requests
    .flatMap(({ commands }) => commands)
    .filter(({ method }) => method === 'crm.activity.binding.list').length;
