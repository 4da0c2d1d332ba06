import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { unbindTask } from '../../support/worker/bench.ts';
import { DELETE, type FaultBench, faultBench, UNBOUND } from '../../support/worker/fault-bench.ts';

let bench: FaultBench;
beforeAll(async () => {
  bench = await faultBench();
});
beforeEach(() => bench.fresh());
afterAll(() => bench.close());
const SEND = 'bizproc.event.send';
const HOUR = 3_600_000;

it('work that waited for a stopped method goes on at once when the portal is resumed', async () => {
  const { activity, portal, aws, clock } = bench;
  for (const inBatch of [true, false])
    portal.script({
      method: DELETE,
      inBatch,
      times: 1e6,
      kind: { error: { code: 'insufficient_scope', status: 403 } },
    });
  await bench.add(unbindTask(activity));
  await bench.serveUntil(clock.now() + 8 * HOUR);
  portal.clearFaults();
  const resumed = clock.now();
  await aws.stores.portals.setStop(portal.memberId, null);
  await bench.serveUntil(resumed + 60_000);
  const atOnce = await bench.statuses();
  await bench.drain();
  expect(atOnce).toEqual(UNBOUND);
});

it('workflows hear within a minute when their method is well again, as another answer has shown', async () => {
  const { activity, portal, aws, clock } = bench;
  await aws.stores.portals.setStop(portal.memberId, null);
  for (const inBatch of [true, false])
    portal.script({ method: SEND, inBatch, times: 1e6, kind: { error: { code: 'insufficient_scope', status: 403 } } });
  for (let n = 0; n < 8; n++) {
    await bench.add(unbindTask(activity + n), { trigger: 'robot', eventToken: `t${n}|b|c.d` });
    await bench.serveUntil(clock.now() + 60_000);
  }
  const asked = bench.calls(SEND);
  portal.clearFaults();
  await bench.add(unbindTask(activity + 50), { trigger: 'robot', eventToken: 'last|b|c.d' });
  await bench.serveUntil(clock.now() + HOUR);
  const after = bench.executed(SEND);
  await bench.drain();
  expect(asked).toBeLessThan(4);
  expect(after).toBe(9);
});
