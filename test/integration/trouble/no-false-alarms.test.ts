import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { DELETE } from '../../support/worker/fault-bench.ts';
import { type WakeUpBench, wakeUpBench } from '../../support/worker/wake-up-bench.ts';

let bench: WakeUpBench;
beforeAll(async () => {
  bench = await wakeUpBench();
});
afterAll(() => bench.close());

it('a busy portal whose deletions rest for a minute raises no alarm', async () => {
  await bench.fresh();
  const { activity, portal, clock } = bench;
  portal.seed({ activities: [{ id: activity + 100, count: 60, bindings: ['deal:1', 'contact:5'] }] });
  portal.script({ method: DELETE, kind: { error: { code: 'OPERATION_TIME_LIMIT', status: 429 } } });
  for (let n = 0; n < 40; n++) {
    await bench.trigger(activity + 100 + n);
    await bench.invoke();
    clock.jumpTo(clock.now() + 1_000);
  }
  expect(bench.logged.filter((line) => line.includes('"alarm":true'))).toEqual([]);
});
