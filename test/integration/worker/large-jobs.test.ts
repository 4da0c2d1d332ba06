import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { unbindTask } from '../../support/worker/bench.ts';
import { type FaultBench, faultBench, UNBOUND } from '../../support/worker/fault-bench.ts';

let bench: FaultBench;
beforeAll(async () => {
  bench = await faultBench();
});
beforeEach(() => bench.fresh());
afterAll(() => bench.close());

it('jobs that are too large together for one record of an intent are worked in several requests', async () => {
  const cause = 'x'.repeat(60_000);
  const ids = Array.from({ length: 8 }, (_, n) => bench.activity + n);
  for (const id of ids) await bench.add(unbindTask(id), { cause });

  expect(await bench.drain()).toBe(1);

  for (const id of ids) expect(await bench.statuses(id)).toEqual(UNBOUND);
  expect(bench.portal.ledger.requests).toHaveLength(8);
});
