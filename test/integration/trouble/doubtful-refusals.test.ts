import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { unbindTask } from '../../support/worker/bench.ts';
import { DELETE, type FaultBench, faultBench, UNBOUND } from '../../support/worker/fault-bench.ts';

let bench: FaultBench;
beforeAll(async () => {
  bench = await faultBench();
});
beforeEach(() => bench.fresh());
afterAll(() => bench.close());

const DOUBTFUL = ['0', '', 'SOMETHING_NEW', 'ERROR_CORE'];

it.each(DOUBTFUL)('%p in a batch is asked once more alone, and believed then', async (code) => {
  const params = { activityId: bench.activity };
  bench.portal.script({ method: DELETE, inBatch: true, params, kind: { error: { code } } });
  bench.portal.script({ method: DELETE, params, kind: { error: { code, status: 400 } } });
  await bench.add(unbindTask(bench.activity, bench.activity + 1));

  await bench.drain();

  expect(await bench.statuses()).toEqual([{ status: 'refused', code }]);
  expect(await bench.statuses(bench.activity + 1)).toEqual(UNBOUND);
  expect(bench.portal.ledger.requests.map(({ method }) => method)).toEqual(['batch', DELETE]);
});

it.each(DOUBTFUL)(
  '%p in a batch, for a change that was applied all the same, does not hide that it was ours',
  async (code) => {
    const params = { activityId: bench.activity };
    bench.portal.script({ method: DELETE, inBatch: true, params, when: 'after', kind: { error: { code } } });
    await bench.add(unbindTask(bench.activity, bench.activity + 1));

    await bench.drain();

    expect((await bench.statuses()).map(({ status }) => status)).toEqual(['unbound']);
    expect(bench.removals()).toBe(2);
  },
);
