import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { unbindTask } from '../../support/worker/bench.ts';
import { DELETE, type FaultBench, faultBench, UNBOUND } from '../../support/worker/fault-bench.ts';

const SEND = 'bizproc.event.send';
const HOUR_MS = 3_600_000;

let bench: FaultBench;
beforeAll(async () => {
  bench = await faultBench();
});
beforeEach(() => bench.fresh());
afterAll(() => bench.close());

const alarms = () => bench.logged.filter((line) => line.includes('"alarm":true'));

it.each([
  ['insufficient_scope', 401],
  ['ERROR_METHOD_NOT_FOUND', 404],
  ['METHOD_CONFIRM_WAITING', 401],
  ['WRONG_LICENSE', 403],
])(
  '%s for the answers to workflows alone: deletions go on, one alarm, and the answer is kept',
  async (code, status) => {
    await bench.aws.stores.portals.setStop(bench.portal.memberId, null);
    await bench.add(unbindTask(bench.activity), { eventToken: 'a|b|c.d' });
    for (const inBatch of [true, false])
      bench.portal.script({ method: SEND, inBatch, times: 10_000, kind: { error: { code, status } } });
    const begun = bench.clock.now();

    for (let hour = 1; hour <= 24; hour++) {
      await bench.add(unbindTask(bench.activity + hour), { lane: 'event', trigger: 'event' });
      await bench.serveUntil(begun + hour * HOUR_MS);
      expect(await bench.statuses(bench.activity + hour)).toEqual(UNBOUND);
    }
    const refused = bench.calls(SEND);
    const raised = alarms();
    const stopped = (await bench.state())?.stoppedMethods?.[SEND];
    bench.portal.clearFaults();
    await bench.drain();

    expect((await bench.state())?.stop).toBeNull();
    expect(raised).toHaveLength(1);
    expect(refused).toBeLessThan(10);
    expect(stopped).toMatchObject({ code: code.toUpperCase() });
    expect(bench.executed(SEND)).toBe(1);
    expect((await bench.state())?.stoppedMethods).toBeUndefined();
  },
);

it('insufficient_scope for deletions and for a neutral call too stops the portal', async () => {
  await bench.aws.stores.portals.setStop(bench.portal.memberId, null);
  bench.portal.script({ times: 2, kind: { error: { code: 'insufficient_scope', status: 403 } } });
  await bench.add(unbindTask(bench.activity));

  await bench.drain();
  const stopped = await bench.state();
  bench.clock.jumpTo(stopped?.stop?.probeAt ?? 0);
  await bench.drain();

  expect(stopped?.stop?.code).toBe('INSUFFICIENT_SCOPE');
  expect(alarms()).toHaveLength(1);
  expect(await bench.statuses()).toEqual(UNBOUND);
  expect(bench.calls(DELETE)).toBe(2);
});
