import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { NewJob } from '../../../lib/jobs/job.ts';
import type { Planners } from '../../../lib/worker/worker-ports.ts';
import { type BenchStage, benchStage } from '../../bench/sweep/bench-stage.ts';
import { overrideMethods } from '../../bench/sweep/override-methods.ts';
import { LOST_DEALS } from '../../support/cleanup/lost-deals.ts';

const HOUR_MS = 3_600_000;

let stage: BenchStage;
beforeEach(async () => {
  stage = await benchStage(100, 'ends');
  await stage.stores.portals.writeRules(stage.member, JSON.stringify([LOST_DEALS]));
});
afterEach(() => stage.close());

const seedDeals = (count: number, crm: object = {}): void =>
  stage.portal.seed({
    deals: [{ id: 1, count, stageId: 'LOSE' }],
    activities: [{ id: 1, count: count * 10, completed: true, bindings: [`deal:1..${count}`, 'contact:1'] }],
    ...crm,
  });

async function add(id: string, task: NewJob['task']): Promise<void> {
  const job = { portal: stage.member, id, lane: 'sweep', trigger: 'cleanup', cause: id, task } as const;
  await stage.stores.jobs.add(job, stage.clock.now());
}

/** Serves the portal, and calls `happen` before the planning of the given number. */
async function drainWith(kind: 'sweep' | 'plan', request: number, happen: () => void): Promise<void> {
  const ports = stage.newWorker();
  const planner = ports.planners[kind];
  let requests = 0;
  const watched: Planners[typeof kind] = async (...args) => {
    requests += 1;
    if (requests === request) happen();
    return await planner(...args);
  };
  await stage.drain({ ...ports, planners: { ...ports.planners, [kind]: watched } });
}

const letAnHourPass = (): void => stage.clock.jumpTo(stage.clock.now() + HOUR_MS);
const removals = (): number => stage.portal.ledger.changes.filter(({ kind }) => kind === 'binding_removed').length;
const endOf = async (run: string) =>
  (await stage.stores.runs.history(stage.member)).find(({ id }) => id === run)?.end?.why ?? null;

describe('a sweep that reaches its time limit', () => {
  it('with nothing left to read is completed, and the next one starts at the beginning', async () => {
    seedDeals(12);
    await add('sweep:a', { kind: 'sweep', until: stage.clock.now() + HOUR_MS });
    await drainWith('sweep', 3, letAnHourPass);
    const first = removals();
    for (let id = 1; id <= 12; id += 1) await stage.portal.act({ do: 'bind', activityId: id, element: `deal:${id}` });

    const carry = await stage.stores.runs.carry(stage.member, 'sweep');
    await add('sweep:b', { kind: 'sweep', until: stage.clock.now() + HOUR_MS });
    await stage.drain(stage.newWorker());

    expect(first).toBe(120);
    expect(await endOf('sweep:a')).toBe('completed');
    expect(carry).toBeNull();
    expect(removals()).toBe(132);
  });

  it('says so even if something was refused before', async () => {
    seedDeals(400, { users: [{ id: 1, isAdmin: false, editable: ['contact'] }] });
    await add('sweep:a', { kind: 'sweep', until: stage.clock.now() + HOUR_MS });
    await drainWith('sweep', 3, letAnHourPass);

    expect(await stage.stores.jobs.read(stage.member, 'sweep:a')).toMatchObject({ code: 'ACCESS_DENIED' });
    expect(await endOf('sweep:a')).toBe('time_limit');
    expect(await stage.stores.runs.carry(stage.member, 'sweep')).not.toBeNull();
  });
});

describe('a plan', () => {
  it('that reaches its time limit is not ready', async () => {
    seedDeals(400);
    await add('plan:p', { kind: 'plan', plan: 'p', until: stage.clock.now() + HOUR_MS });
    await drainWith('plan', 2, letAnHourPass);

    expect(await stage.stores.plans.read(stage.member, 'p')).toMatchObject({ state: 'stopped' });
    expect(await endOf('plan:p')).toBe('time_limit');
  });
});

it('a run whose job is worked again after its end was noted resumes, and ends once', async () => {
  seedDeals(10);
  await add('sweep:a', { kind: 'sweep' });
  const { jobs } = stage.stores;
  let crashes = 1;
  const advance: typeof jobs.advance = async (...args) => {
    if (args[1].phase === 'finished' && crashes-- > 0) throw new Error('the worker was killed');
    await jobs.advance(...args);
  };
  const stores = { ...stage.stores, jobs: overrideMethods(jobs, { advance }) };
  await expect(stage.drain(stage.newWorker(stores))).rejects.toThrow('killed');
  const [killed] = await stage.stores.runs.history(stage.member);
  stage.clock.jumpTo(stage.clock.now() + HOUR_MS);

  await stage.drain(stage.newWorker());

  const history = await stage.stores.runs.history(stage.member);
  expect(history).toEqual([
    { id: 'sweep:a', since: killed?.since, end: { at: expect.any(Number), why: 'completed', done: null, code: null } },
  ]);
  expect(history[0]?.end?.at).toBeGreaterThanOrEqual((killed?.since ?? 0) + HOUR_MS);
  expect(await stage.stores.runs.current(stage.member)).toBeNull();
  expect(removals()).toBe(100);
});
