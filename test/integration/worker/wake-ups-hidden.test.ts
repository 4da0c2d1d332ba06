import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { wakePortalNow } from '../../../lib/jobs/wake-portal.ts';
import { processBatch } from '../../../lib/worker/process-batch.ts';
import { ALWAYS } from '../../support/worker/bench.ts';
import { DELETE } from '../../support/worker/fault-bench.ts';
import { type WakeUpBench, wakeUpBench } from '../../support/worker/wake-up-bench.ts';

let bench: WakeUpBench;
beforeAll(async () => {
  bench = await wakeUpBench();
});
beforeEach(() => bench.fresh());
afterAll(() => bench.close());

describe('a portal that rests for one activity', () => {
  beforeEach(() => {
    bench.portal.script({ method: DELETE, when: 'before', kind: 'close' });
  });

  it('keeps its wake-up hidden until then', async () => {
    await bench.trigger(bench.activity);
    await bench.invoke();
    bench.clock.jumpTo(bench.clock.now() + 2_000);
    await bench.invoke();
    expect(bench.queue.receive()).toEqual([]);

    bench.clock.jumpTo(bench.clock.now() + 65_000);
    await bench.invoke();

    expect(await bench.statuses(bench.activity)).toEqual(['unbound']);
    expect(bench.queue.size).toBe(0);
  });

  it('is woken at once by other work', async () => {
    await bench.trigger(bench.activity);
    await bench.invoke();
    await bench.trigger(bench.activity + 1);

    const { received } = await bench.invoke();

    expect(received).toBe(1);
    expect(await bench.statuses(bench.activity + 1)).toEqual(['unbound']);
    bench.clock.jumpTo(bench.clock.now() + 70_000);
    await bench.invoke();
    expect(await bench.statuses(bench.activity)).toEqual(['unbound']);
  });

  it('deletes its wake-up when another one is pending already', async () => {
    await bench.trigger(bench.activity);
    const { portals } = bench.ports;
    const racing = new Proxy(bench.queue, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        return async (...args: unknown[]) => {
          const result: unknown = await Reflect.apply(member, target, args);
          if (name === 'hide') await bench.trigger(bench.activity + 1);
          return result;
        };
      },
    });

    await bench.invoke(bench.ports, racing);
    await bench.invoke();

    expect(await bench.statuses(bench.activity + 1)).toEqual(['unbound']);
    expect(await portals.read(bench.portal.memberId)).toMatchObject({ begun: 0 });
    bench.clock.jumpTo(bench.clock.now() + 70_000);
    await bench.invoke();
  });
});

describe('a portal that rests as a whole', () => {
  beforeEach(async () => {
    bench.portal.script({
      times: 200,
      kind: { error: { code: 'INTERNAL_SERVER_ERROR', status: 500 } },
    });
    await bench.trigger(bench.activity);
    // Whatever is asked fails: it is trouble of the portal, which rests.
    await bench.invoke({ ...bench.ports, random: () => 0.5 });
  });

  it('is not woken by other work', async () => {
    await bench.trigger(bench.activity + 1);

    expect(await bench.invoke()).toEqual({ received: 0, kept: 0 });
  });

  it('is woken by a person', async () => {
    bench.portal.clearFaults();
    await bench.trigger(bench.activity + 1);

    await wakePortalNow(bench.portal.memberId, { ...bench.wakeDeps(), portals: bench.ports.portals });
    await bench.invoke();

    expect(await bench.statuses(bench.activity + 1)).toEqual(['unbound']);
  });
});

it('a wake-up that was hidden often is replaced before the queue takes it for a poisonous one', async () => {
  bench.portal.script({ method: DELETE, when: 'before', kind: 'close' });
  await bench.trigger(bench.activity);
  const [wakeUp] = bench.queue.receive();
  if (wakeUp === undefined) throw new Error('no wake-up');

  const kept = await processBatch(bench.ports, bench.queue, [{ ...wakeUp, receiveCount: 60 }], ALWAYS);
  await bench.queue.remove(wakeUp.receiptHandle);

  expect([kept, bench.queue.size]).toEqual([[], 1]);
  expect(bench.queue.receive()[0]?.receiveCount).toBe(1);
  await bench.drain();
});

it('a hidden wake-up that does not exist any more is replaced', async () => {
  await bench.aws.stores.portals.noteHiddenWakeUp(bench.portal.memberId, 'gone', false);

  await bench.trigger(bench.activity);

  expect(bench.queue.size).toBe(1);
  await bench.invoke();
  expect(await bench.statuses(bench.activity)).toEqual(['unbound']);
});
