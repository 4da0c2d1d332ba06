import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { unbindTask } from '../../support/worker/bench.ts';
import { type FaultBench, faultBench } from '../../support/worker/fault-bench.ts';

let bench: FaultBench;
beforeAll(async () => {
  bench = await faultBench();
});
beforeEach(() => bench.fresh());
afterAll(() => bench.close());

it('robots go before events, and events before sweeps, whatever came first', async () => {
  const ids = [0, 1, 2].map((index) => bench.activity + index);
  await bench.add(unbindTask(ids[0] ?? 0), { lane: 'sweep' });
  await bench.add(unbindTask(ids[1] ?? 0), { lane: 'event' });
  await bench.add(unbindTask(ids[2] ?? 0), { lane: 'robot' });

  await bench.drain();

  const order = bench.portal.ledger.changes.map(({ data }) => data.activityId);
  expect(order).toEqual([ids[2], ids[1], ids[0]]);
});
