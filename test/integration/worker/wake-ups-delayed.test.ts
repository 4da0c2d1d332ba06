import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { wakePortalNow } from '../../../lib/jobs/wake-portal.ts';
import { unbindTask } from '../../support/worker/bench.ts';
import { DELETE } from '../../support/worker/fault-bench.ts';
import { type WakeUpBench, wakeUpBench } from '../../support/worker/wake-up-bench.ts';

let bench: WakeUpBench;
beforeAll(async () => {
  bench = await wakeUpBench();
});
beforeEach(() => bench.fresh());
afterAll(() => bench.close());

const letPass = (ms: number): void => bench.clock.jumpTo(bench.clock.now() + ms);

describe('a portal that rests for one activity', () => {
  beforeEach(() => {
    bench.portal.script({ method: DELETE, when: 'before', kind: 'close' });
  });

  it('wakes itself up when the rest is over, and leaves no wake-up behind', async () => {
    await bench.trigger(bench.activity);
    await bench.invoke();
    letPass(2_000);
    await bench.invoke();
    expect(bench.queue.receive()).toEqual([]);
    expect(bench.queue.size).toBe(1);

    letPass(65_000);
    await bench.invoke();

    expect(await bench.statuses(bench.activity)).toEqual(['unbound']);
    expect(bench.queue.size).toBe(0);
  });

  it('is woken at once by other work, as often as that comes, and has one delayed wake-up all the same', async () => {
    await bench.trigger(bench.activity);
    await bench.invoke();
    letPass(2_000);
    await bench.invoke();
    for (const other of [1, 2, 3, 4, 5]) {
      await bench.trigger(bench.activity + other);
      expect((await bench.invoke()).received).toBe(1);
      expect(await bench.statuses(bench.activity + other)).toEqual(['unbound']);
      expect(bench.queue.size).toBe(1);
    }

    letPass(70_000);
    await bench.invoke();
    expect(await bench.statuses(bench.activity)).toEqual(['unbound']);
    expect(bench.queue.size).toBe(0);
  });
});

describe('a portal that rests as a whole', () => {
  beforeEach(async () => {
    bench.portal.script({
      method: DELETE,
      times: 200,
      kind: { status: 503, body: '<html>503 Service Unavailable</html>', contentType: 'text/html' },
    });
    await bench.trigger(bench.activity);
    // The portal and its command rest for the same time.
    await bench.invoke({ ...bench.ports, random: () => 0.5 });
  });

  afterEach(async () => {
    bench.portal.clearFaults();
    await bench.drain();
  });

  it('is not woken by other work', async () => {
    await bench.trigger(bench.activity + 1);

    expect(await bench.invoke()).toEqual({ received: 0, kept: 0 });
  });

  it('is not called by a wake-up that comes all the same', async () => {
    const requests = bench.portal.ledger.requests.length;
    await bench.add(unbindTask(bench.activity + 1));
    await bench.queue.send({ portal: bench.portal.memberId, dueAt: null });

    expect(await bench.invoke()).toEqual({ received: 1, kept: 0 });
    expect(bench.portal.ledger.requests).toHaveLength(requests);
    expect(bench.queue.size).toBe(1);
  });

  it('is woken by a person', async () => {
    bench.portal.clearFaults();
    await bench.trigger(bench.activity + 1);

    await wakePortalNow(bench.portal.memberId, { ...bench.wakeDeps(), portals: bench.ports.portals });
    await bench.invoke();

    expect(await bench.statuses(bench.activity + 1)).toEqual(['unbound']);
  });
});
