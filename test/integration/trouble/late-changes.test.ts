import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { unbindTask } from '../../support/worker/bench.ts';
import { type FaultBench, faultBench } from '../../support/worker/fault-bench.ts';

let bench: FaultBench;
beforeAll(async () => {
  bench = await faultBench();
});
beforeEach(() => bench.fresh());
afterAll(() => bench.close());

it('a robot call whose request met the beginning of a long outage is not carried out ten days later', async () => {
  await bench.add(unbindTask(bench.activity), { trigger: 'robot', eventToken: 'a|b|c.d' });
  bench.portal.script({ kind: { status: 502, body: '<html>' }, times: 1000 });
  await bench.serveUntil(bench.clock.now() + 600_000);
  bench.clock.jumpTo(bench.clock.now() + 10 * 86_400_000);
  bench.portal.clearFaults();
  await bench.drain();
  expect([bench.removals(), await bench.statuses()]).toEqual([0, [{ status: 'failed', code: 'EXPIRED' }]]);
});

it('a robot call whose request met a stopped portal is not carried out ten days later', async () => {
  await bench.add(unbindTask(bench.activity), { trigger: 'robot', eventToken: 'a|b|c.d' });
  bench.portal.script({ kind: { error: { code: 'PAYMENT_REQUIRED', status: 401 } }, times: 1000 });
  await bench.serveUntil(bench.clock.now() + 600_000);
  bench.clock.jumpTo(bench.clock.now() + 10 * 86_400_000);
  bench.portal.clearFaults();
  await bench.aws.stores.portals.setStop(bench.portal.memberId, null);
  await bench.drain();
  expect([bench.removals(), await bench.statuses()]).toEqual([0, [{ status: 'failed', code: 'EXPIRED' }]]);
});
