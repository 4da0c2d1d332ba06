import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { wakePortal } from '../../../lib/jobs/wake-portal.ts';
import { processBatch } from '../../../lib/worker/process-batch.ts';
import type { WorkerPorts } from '../../../lib/worker/worker-ports.ts';
import { END } from '../../support/aws/portal-samples.ts';
import { ALWAYS, unbindTask } from '../../support/worker/bench.ts';
import { DELETE } from '../../support/worker/fault-bench.ts';
import { type WakeUpBench, wakeUpBench } from '../../support/worker/wake-up-bench.ts';

let bench: WakeUpBench;
beforeAll(async () => {
  bench = await wakeUpBench();
});
beforeEach(() => bench.fresh());
afterAll(() => bench.close());

describe('a wake-up', () => {
  it('is sent once for many jobs', async () => {
    for (const index of [0, 1, 2]) await bench.trigger(bench.activity + index);

    expect(bench.queue.size).toBe(1);
    expect(await bench.invoke()).toEqual({ received: 1, kept: 0 });
    expect(bench.removals()).toBe(3);
    expect(bench.queue.size).toBe(0);
  });

  it('is not lost when a job arrives while the worker is about to end', async () => {
    await bench.trigger(bench.activity);
    const { jobs } = bench.ports;
    let late = false;
    // The worker's last look finds nothing; the job arrives right after it.
    const ports = {
      ...bench.ports,
      portals: new Proxy(bench.ports.portals, {
        get(target, name) {
          const member: unknown = Reflect.get(target, name, target);
          if (typeof member !== 'function') return member;
          return async (...args: unknown[]) => {
            if (name === 'endServing' && !late) {
              late = true;
              await bench.trigger(bench.activity + 1);
            }
            return Reflect.apply(member, target, args);
          };
        },
      }),
    };

    await bench.invoke(ports);
    await bench.invoke();

    expect(await bench.statuses(bench.activity + 1)).toEqual(['unbound']);
    expect(await jobs.nextDueAt(bench.portal.memberId)).toBeNull();
  });

  it('that is repeated does no harm', async () => {
    await bench.trigger(bench.activity);
    const wakeUp = { portal: bench.portal.memberId, dueAt: null };
    await bench.queue.send(wakeUp);
    await bench.queue.send(wakeUp);

    expect(await bench.invoke()).toEqual({ received: 3, kept: 0 });
    expect(bench.calls(DELETE)).toBe(1);
  });
});

it('a wake-up that finds the portal with another worker leaves its job to that one', async () => {
  const { portals } = bench.aws.stores;
  const { memberId } = bench.portal;
  const lock = { owner: 'other', until: bench.clock.now() + 20_000 };
  await portals.beginServing(memberId, lock, bench.clock.now());
  await bench.trigger(bench.activity);

  expect(await bench.invoke()).toEqual({ received: 1, kept: 0 });
  expect(bench.queue.size).toBe(0);
  // The other worker cannot let go without having seen it.
  expect(await portals.endServing(memberId, lock.owner, END)).toBe(false);
  await portals.abandonServing(memberId, lock.owner);
  await bench.drain();
  expect(await bench.statuses(bench.activity)).toEqual(['unbound']);
});

it('a worker that runs out of time wakes the portal again', async () => {
  for (const index of [0, 1]) await bench.add(unbindTask(bench.activity + index));
  await wakePortal(bench.portal.memberId, bench.wakeDeps());
  let looks = 0;
  const wakeUps = bench.queue.receive();

  const kept = await processBatch(bench.ports, bench.queue, wakeUps, { allows: () => ++looks < 2 });
  for (const { receiptHandle } of wakeUps) await bench.queue.remove(receiptHandle);

  expect(kept).toEqual([]);
  expect(bench.queue.size).toBe(1);
  await bench.invoke();
  expect(await bench.ports.jobs.nextDueAt(bench.portal.memberId)).toBeNull();
});

it('a portal that hangs does not hold up other portals', async () => {
  await bench.trigger(bench.activity);
  await bench.aws.stores.portals.add('hanging', bench.clock.now());
  await bench.queue.send({ portal: 'hanging', dueAt: null });
  const { promise: hangs, resolve: release } = Promise.withResolvers<never>();
  const openPortal: WorkerPorts['openPortal'] = (state) =>
    state.portal === 'hanging' ? hangs : bench.ports.openPortal(state);
  const wakeUps = bench.queue.receive();

  const invocation = processBatch({ ...bench.ports, openPortal }, bench.queue, wakeUps, ALWAYS);
  expect(wakeUps).toHaveLength(2);
  while ((await bench.statuses(bench.activity)).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(await bench.statuses(bench.activity)).toEqual(['unbound']);
  release(Promise.reject(new Error('the portal hung')) as never);
  expect(await invocation).toHaveLength(1);
});
