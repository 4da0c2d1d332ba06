import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Job } from '../../../lib/jobs/job.ts';
import { redrive } from '../../../lib/jobs/redrive.ts';
import { servePortal } from '../../../lib/worker/serve-portal.ts';
import { beforeFirst } from '../../support/worker/before-first.ts';
import { DELETE, type FaultBench, faultBench } from '../../support/worker/fault-bench.ts';

const DEAL = { entityTypeId: 2, entityId: 1 };
const ALL = { kind: 'unbind', element: DEAL, activities: 'all', filter: null } as const;
const BROKEN = { error: { code: 'INTERNAL_SERVER_ERROR', status: 500 } };

let bench: FaultBench;
beforeAll(async () => {
  bench = await faultBench();
});
beforeEach(() => bench.fresh());
afterAll(() => bench.close());

const wakeDeps = () => ({
  portals: bench.aws.stores.portals,
  wakeUps: { send: async () => {} },
  clock: bench.clock,
});

const failedJobs = (): Promise<Job[]> => Array.fromAsync(bench.aws.stores.jobs.failed(bench.portal.memberId));

/** Redrives every failed job, and works on what follows. Returns the new ids. */
async function redriveAll(): Promise<string[]> {
  const ids: string[] = [];
  for (const job of await failedJobs())
    ids.push(...(await redrive(job, { ...bench.aws.stores, wakeDeps: wakeDeps(), clock: bench.clock })));
  bench.portal.clearFaults();
  await bench.drain();
  return ids;
}

describe('a robot for all 100 activities of an element, redriven', () => {
  it('after the application was removed in the middle of it, goes on where it was cut off', async () => {
    const { jobs, portals } = bench.aws.stores;
    const { memberId } = bench.portal;
    const id = await bench.add(ALL);
    bench.portal.script({ method: 'batch', kind: 'close' });
    await servePortal(bench.ports, memberId, { allows: () => true });
    await portals.setUninstalled(memberId, bench.clock.now());
    await bench.drain();
    await portals.setUninstalled(memberId, null);

    expect(await redriveAll()).toEqual([`redrive:${id}`]);
    expect(bench.removals()).toBe(100);
    expect([await failedJobs(), (await jobs.read(memberId, id))?.phase]).toEqual([[], 'finished']);
  });

  it('after one command has failed and the second page could not be planned, does both', async () => {
    bench.portal.script({ method: 'crm.activity.list', nth: 2, times: 12, kind: BROKEN });
    bench.portal.script({ method: DELETE, inBatch: true, times: 1, kind: BROKEN });
    bench.portal.script({ method: DELETE, times: 11, kind: BROKEN });
    await bench.add(ALL);
    await bench.drain();
    const before = bench.removals();

    await redriveAll();

    expect([before, bench.removals(), await failedJobs()]).toEqual([49, 100, []]);
  });

  it('after all but one were done, leaves alone what was bound to the element since', async () => {
    bench.portal.script({ method: DELETE, inBatch: true, times: 1, kind: BROKEN });
    bench.portal.script({ method: DELETE, times: 11, kind: BROKEN });
    await bench.add(ALL);
    await bench.drain();
    const since = bench.activity + 1_000;
    const bindings = ['deal:1', 'contact:5'];
    bench.portal.seed({ activities: [bench.activity, since].map((id) => ({ id, bindings })) });

    await redriveAll();

    expect([bench.removals(), await failedJobs()]).toEqual([100, []]);
  });
});

describe('what a rule wanted and what failed, redriven', () => {
  /** A deal of its own for each test, with one activity. */
  const deal = () => ({ entityTypeId: 2, entityId: bench.activity });
  const seed = (stageId: string) =>
    bench.portal.seed({
      deals: [{ id: bench.activity, stageId }],
      activities: [{ id: bench.activity, bindings: [`deal:${bench.activity}`, 'contact:5'] }],
    });

  beforeEach(async () => {
    const { jobs, portals } = bench.aws.stores;
    const { memberId: portal } = bench.portal;
    await portals.writeRules(
      portal,
      JSON.stringify([{ name: 'lost-deals', element: 'deal', when: { stage: 'failed' } }]),
    );
    seed('LOSE');
    bench.portal.script({ method: DELETE, times: 12, kind: BROKEN });
    const task = { kind: 'element_changed', element: deal() } as const;
    const job = {
      portal,
      id: `event:2:${bench.activity}`,
      lane: 'event',
      trigger: 'event',
      cause: 'ONCRMDEALUPDATE',
      task,
    } as const;
    await jobs.coalesce(job, bench.clock.now());
    await bench.drain();
  });

  it('is done, under the name of the rule', async () => {
    await redriveAll();

    expect(bench.removals()).toBe(1);
    const ended = (await bench.outcomes(bench.activity)).map(({ status, rule }) => `${status} ${rule}`);
    expect(ended.toSorted()).toEqual(['failed lost-deals', 'unbound lost-deals']);
  });

  it('is left alone when the deal was won back meanwhile', async () => {
    seed('NEW');

    await redriveAll();

    expect([bench.removals(), await failedJobs()]).toEqual([0, []]);
  });

  it('is left alone when a person has exempted the pair meanwhile', async () => {
    const pair = { activityId: bench.activity, element: deal() };
    await bench.aws.stores.exemptions.exempt(bench.portal.memberId, [pair], 'undo:1', bench.clock.now());

    await redriveAll();

    expect([bench.removals(), await failedJobs()]).toEqual([0, []]);
  });
});

it('a redrive whose last write was done already, as its answer was lost, still tells the ids', async () => {
  bench.portal.script({ method: DELETE, times: 12, kind: BROKEN });
  const id = await bench.add({ ...ALL, activities: [bench.activity] });
  await bench.drain();
  const [failed] = await failedJobs();
  if (failed === undefined) throw new Error('nothing has failed');
  const jobs = beforeFirst(bench.aws.stores.jobs, 'markRedriven', async () => {
    await bench.aws.stores.jobs.markRedriven(failed);
  });

  const deps = { ...bench.aws.stores, jobs, wakeDeps: wakeDeps(), clock: bench.clock };
  expect(await redrive(failed, deps)).toEqual([`redrive:${id}`]);
  bench.portal.clearFaults();
  await bench.drain();
  expect(bench.removals()).toBe(1);
});
