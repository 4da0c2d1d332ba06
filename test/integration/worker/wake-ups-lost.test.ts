import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { runScheduledTask } from '../../../lib/cleanup/runs/run-scheduled-task.ts';
import { unbindTask } from '../../support/worker/bench.ts';
import { type WakeUpBench, wakeUpBench } from '../../support/worker/wake-up-bench.ts';

let bench: WakeUpBench;
beforeAll(async () => {
  bench = await wakeUpBench();
});
beforeEach(() => bench.fresh());
afterAll(() => bench.close());

describe('a wake-up that never arrives', () => {
  const schedule = () => ({
    ...bench.aws.stores,
    rulesOf: async () => [],
    wakeDeps: bench.wakeDeps(),
    clock: bench.clock,
    log: bench.ports.log,
  });

  it('because it was lost or went to the dead-letter queue is sent again by the schedule', async () => {
    await bench.trigger(bench.activity);
    bench.queue.receive();
    bench.clock.jumpTo(bench.clock.now() + 60_000);
    bench.loseWakeUps();
    await runScheduledTask({ task: 'ring' }, schedule());
    expect(bench.queue.size).toBe(0);

    bench.clock.jumpTo(bench.clock.now() + 300_000);
    await runScheduledTask({ task: 'ring' }, schedule());
    await bench.invoke();

    expect(await bench.statuses(bench.activity)).toEqual(['unbound']);
  });

  it('because it could not be sent is sent by the schedule', async () => {
    await bench.add(unbindTask(bench.activity));

    await runScheduledTask({ task: 'ring' }, schedule());
    await bench.invoke();

    expect(await bench.statuses(bench.activity)).toEqual(['unbound']);
  });
});
