import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { unbindTask } from '../../support/worker/bench.ts';
import { DELETE, type FaultBench, faultBench } from '../../support/worker/fault-bench.ts';

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
