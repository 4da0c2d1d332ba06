import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { unbindTask } from '../../support/worker/bench.ts';
import { DELETE, type FaultBench, faultBench } from '../../support/worker/fault-bench.ts';

let bench: FaultBench;
beforeAll(async () => {
  bench = await faultBench();
});
beforeEach(() => bench.fresh());
afterAll(() => bench.close());
const SEND = 'bizproc.event.send';

it.each([
  ['waits for the end of a doubt', 'close'],
  ['waits for its method', { error: { code: 'OPERATION_TIME_LIMIT', status: 429 } }],
] as const)(
  'F a workflow whose work %s is told before its time-out, although the first try met a server error',
  async (_n, kind) => {
    const { activity, portal, clock } = bench;
    const answerBy = clock.now() + 40_000;
    portal.script({ method: DELETE, kind });
    portal.script({ method: SEND, kind: { error: { code: 'INTERNAL_SERVER_ERROR', status: 500 } } });
    await bench.add(unbindTask(activity), { trigger: 'robot', eventToken: 'a|b|c.d', answerBy });
    await bench.serveUntil(answerBy);
    const told = bench.executed(SEND);
    await bench.drain();
    expect(told).toBe(1);
  },
);
