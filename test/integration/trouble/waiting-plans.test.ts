import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { servePortal } from '../../../lib/worker/serve-portal.ts';
import { DEAL, unbindTask } from '../../support/worker/bench.ts';
import { DELETE, type FaultBench, faultBench, LIST } from '../../support/worker/fault-bench.ts';

let bench: FaultBench;
beforeAll(async () => {
  bench = await faultBench();
});
beforeEach(() => bench.fresh());
afterAll(() => bench.close());
const HOUR = 3_600_000;
const stop = (method: string) => {
  for (const inBatch of [true, false])
    bench.portal.script({ method, inBatch, times: 1e6, kind: { error: { code: 'insufficient_scope', status: 403 } } });
};

it('a plan, which only reads, is made while deletions are stopped', async () => {
  const { activity, portal, aws, clock } = bench;
  stop(DELETE);
  await bench.add(unbindTask(activity));
  await bench.serveUntil(clock.now() + 4 * HOUR);
  await aws.stores.portals.writeRules(
    portal.memberId,
    JSON.stringify([{ name: 'lost', element: 'deal', when: { stage: 'failed' } }]),
  );
  await aws.stores.jobs.add(
    {
      portal: portal.memberId,
      id: 'plan:x',
      lane: 'sweep',
      trigger: 'cleanup',
      cause: 'plan:x',
      task: { kind: 'plan', plan: 'x' },
    },
    clock.now(),
  );
  await bench.serveUntil(clock.now() + HOUR);
  const job = await aws.stores.jobs.read(portal.memberId, 'plan:x');
  expect(job?.phase).toBe('finished');
});

it('a worker whose time ends before a job has read anything counts no failure of the job', async () => {
  const { portal, aws, clock, ports } = bench;
  await aws.stores.portals.setStop(portal.memberId, null);
  clock.jumpTo(clock.now() + 24 * HOUR);
  portal.clearFaults();
  await bench.drain();
  const id = await bench.add({ kind: 'unbind', element: DEAL, activities: 'all', filter: null });
  let asked = 0;
  await servePortal(ports, portal.memberId, { allows: () => ++asked <= 1 });
  const job = await aws.stores.jobs.read(portal.memberId, id);
  expect(job?.failures).toBe(0);
});

it('one activity whose list answers 500 by itself, inside a batch, does not end the event for the others', async () => {
  const { activity, portal, aws, clock } = bench;
  await bench.drain();
  const before = bench.removals();
  await aws.stores.portals.writeRules(
    portal.memberId,
    JSON.stringify([{ name: 'lost', element: 'deal', when: { stage: 'failed' } }]),
  );
  portal.seed({
    deals: [{ id: activity, stageId: 'LOSE' }],
    activities: [{ id: activity + 20_000, count: 20, bindings: [`deal:${activity}`, 'contact:5'] }],
  });
  for (const inBatch of [true, false])
    portal.script({
      method: LIST,
      params: { activityId: activity + 20_003 },
      inBatch,
      times: 1e6,
      kind: { error: { code: 'INTERNAL_SERVER_ERROR', status: 500 } },
    });
  await aws.stores.jobs.coalesce(
    {
      portal: portal.memberId,
      id: `event:2:${activity}`,
      lane: 'event',
      trigger: 'event',
      cause: 'ONCRMDEALUPDATE',
      task: { kind: 'element_changed', element: { entityTypeId: 2, entityId: activity } },
    },
    clock.now(),
  );
  await bench.drain();
  expect(bench.removals() - before).toBe(19);
});
