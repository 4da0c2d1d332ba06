import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { runSchedule } from '../../../lib/cleanup/run-schedule.ts';
import { answerBells } from '../../../lib/unbind/answer-bells.ts';
import type { Engine } from '../../../lib/unbind/engine.ts';
import { ring } from '../../../lib/unbind/ring.ts';
import { BellQueueModel } from '../../faults/bell-queue-model.ts';
import { ALWAYS, type EngineBench, engineBench, unbindTask } from './bench.ts';

const DELETE = 'crm.activity.binding.delete';

let bench: EngineBench;
let queue: BellQueueModel;
beforeAll(async () => {
  bench = await engineBench();
});
afterAll(() => bench.close());

let activity = 50_000;
beforeEach(async () => {
  activity += 10;
  queue = new BellQueueModel({ clock: bench.clock });
  bench.portal.seed({ activities: [{ id: activity, count: 10, bindings: ['deal:1', 'contact:5'] }] });
  bench.portal.resetLedger();
  bench.portal.clearFaults();
  await bench.aws.stores.portals.clearRung(bench.portal.memberId);
});

const ringing = () => ({ portals: bench.aws.stores.portals, bells: queue, clock: bench.clock });

/** As an ingress does it: the job, then the bell. */
async function trigger(id: number): Promise<void> {
  await bench.add(unbindTask(id));
  await ring(bench.portal.memberId, ringing());
}

/** One invocation of the worker with what the queue gives; what is not kept back is given back as heard. */
async function invoke(engine: Engine = bench.engine): Promise<{ heard: number; kept: number }> {
  const bells = queue.receive();
  const kept = await answerBells(engine, queue, bells, ALWAYS);
  for (const bell of bells.filter(({ messageId }) => !kept.includes(messageId))) await queue.remove(bell.receiptHandle);
  return { heard: bells.length, kept: kept.length };
}

const statuses = async (id: number) => (await bench.outcomes(id)).map(({ status }) => status);

describe('a bell', () => {
  it('is rung once for many jobs', async () => {
    for (const index of [0, 1, 2]) await trigger(activity + index);

    expect(queue.size).toBe(1);
    expect(await invoke()).toEqual({ heard: 1, kept: 0 });
    expect(bench.removals()).toBe(3);
    expect(queue.size).toBe(0);
  });

  it('is not lost for a job that comes while the worker is about to end', async () => {
    await trigger(activity);
    const { jobs } = bench.engine;
    let late = false;
    // The last look of the worker finds nothing; the job comes right after it.
    const engine = {
      ...bench.engine,
      portals: new Proxy(bench.engine.portals, {
        get(target, name) {
          const member: unknown = Reflect.get(target, name, target);
          if (typeof member !== 'function') return member;
          return async (...args: unknown[]) => {
            if (name === 'endServing' && !late) {
              late = true;
              await trigger(activity + 1);
            }
            return Reflect.apply(member, target, args);
          };
        },
      }),
    };

    await invoke(engine);
    await invoke();

    expect(await statuses(activity + 1)).toEqual(['unbound']);
    expect(await jobs.nextDueAt(bench.portal.memberId)).toBeNull();
  });

  it('that is repeated does no harm', async () => {
    await trigger(activity);
    await queue.send(bench.portal.memberId);
    await queue.send(bench.portal.memberId);

    expect(await invoke()).toEqual({ heard: 3, kept: 0 });
    expect(bench.calls(DELETE)).toBe(1);
  });
});

describe('a portal that rests for one activity', () => {
  beforeEach(() => {
    bench.portal.script({ method: DELETE, when: 'before', kind: 'close' });
  });

  it('keeps its bell hidden until then', async () => {
    await trigger(activity);
    await invoke();
    bench.clock.jumpTo(bench.clock.now() + 2_000);
    await invoke();
    expect(queue.receive()).toEqual([]);

    bench.clock.jumpTo(bench.clock.now() + 65_000);
    await invoke();

    expect(await statuses(activity)).toEqual(['unbound']);
    expect(queue.size).toBe(0);
  });

  it('is woken at once by other work', async () => {
    await trigger(activity);
    await invoke();
    await trigger(activity + 1);

    const { heard } = await invoke();

    expect(heard).toBe(1);
    expect(await statuses(activity + 1)).toEqual(['unbound']);
    bench.clock.jumpTo(bench.clock.now() + 70_000);
    await invoke();
    expect(await statuses(activity)).toEqual(['unbound']);
  });

  it('gives its bell back when another one is pending already', async () => {
    await trigger(activity);
    const { portals } = bench.engine;
    const racing = new Proxy(queue, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        return async (...args: unknown[]) => {
          const result: unknown = await Reflect.apply(member, target, args);
          if (name === 'hide') await trigger(activity + 1);
          return result;
        };
      },
    });
    const bells = queue.receive();
    const kept = await answerBells(bench.engine, racing, bells, ALWAYS);
    for (const bell of bells.filter(({ messageId }) => !kept.includes(messageId)))
      await queue.remove(bell.receiptHandle);

    await invoke();

    expect(await statuses(activity + 1)).toEqual(['unbound']);
    expect(await portals.read(bench.portal.memberId)).toMatchObject({ begun: 0 });
    bench.clock.jumpTo(bench.clock.now() + 70_000);
    await invoke();
  });
});

it('a bell for a portal that another worker has claimed comes back', async () => {
  const { portals } = bench.aws.stores;
  const { memberId } = bench.portal;
  await portals.beginServing(memberId, { owner: 'other', until: bench.clock.now() + 20_000 }, 1, bench.clock.now());
  await trigger(activity);

  const first = await invoke();
  bench.clock.jumpTo(bench.clock.now() + 21_000);
  await invoke();

  expect(first).toEqual({ heard: 1, kept: 1 });
  expect(await statuses(activity)).toEqual(['unbound']);
});

it('a bell that has rested often is replaced before the queue takes it for a broken one', async () => {
  bench.portal.script({ method: DELETE, when: 'before', kind: 'close' });
  await trigger(activity);
  const [bell] = queue.receive();
  if (bell === undefined) throw new Error('no bell');

  const kept = await answerBells(bench.engine, queue, [{ ...bell, receiveCount: 60 }], ALWAYS);
  await queue.remove(bell.receiptHandle);

  expect([kept, queue.size]).toEqual([[], 1]);
  expect(queue.receive()[0]?.receiveCount).toBe(1);
  await bench.drain();
});

it('a hidden bell that is not there any more is replaced', async () => {
  await bench.aws.stores.portals.noteHiddenBell(bench.portal.memberId, 'gone');

  await trigger(activity);

  expect(queue.size).toBe(1);
  await invoke();
  expect(await statuses(activity)).toEqual(['unbound']);
});

it('a worker that runs out of time rings again', async () => {
  for (const index of [0, 1]) await bench.add(unbindTask(activity + index));
  await ring(bench.portal.memberId, ringing());
  let looks = 0;
  const bells = queue.receive();

  const kept = await answerBells(bench.engine, queue, bells, { allows: () => ++looks < 2 });
  for (const { receiptHandle } of bells) await queue.remove(receiptHandle);

  expect(kept).toEqual([]);
  expect(queue.size).toBe(1);
  await invoke();
  expect(await bench.engine.jobs.nextDueAt(bench.portal.memberId)).toBeNull();
});

describe('a bell that never arrives', () => {
  const schedule = () => ({
    ...bench.aws.stores,
    rulesOf: async () => [],
    ringing: ringing(),
    clock: bench.clock,
    log: bench.engine.log,
  });

  it('because it was lost or went to the dead-letter queue is rung again by the schedule', async () => {
    await trigger(activity);
    queue.receive();
    bench.clock.jumpTo(bench.clock.now() + 60_000);
    queue = new BellQueueModel({ clock: bench.clock });
    await runSchedule({ task: 'ring' }, schedule());
    expect(queue.size).toBe(0);

    bench.clock.jumpTo(bench.clock.now() + 300_000);
    await runSchedule({ task: 'ring' }, schedule());
    await invoke();

    expect(await statuses(activity)).toEqual(['unbound']);
  });

  it('because it could not be sent is rung by the schedule', async () => {
    await bench.add(unbindTask(activity));

    await runSchedule({ task: 'ring' }, schedule());
    await invoke();

    expect(await statuses(activity)).toEqual(['unbound']);
  });
});

it('a portal that hangs does not keep the bells of the others', async () => {
  await trigger(activity);
  await bench.aws.stores.portals.add('hanging', bench.clock.now());
  await queue.send('hanging');
  const { promise: hangs, resolve: release } = Promise.withResolvers<never>();
  const openPortal: Engine['openPortal'] = (state) =>
    state.portal === 'hanging' ? hangs : bench.engine.openPortal(state);
  const bells = queue.receive();

  const invocation = answerBells({ ...bench.engine, openPortal }, queue, bells, ALWAYS);
  while (queue.size > 1) await new Promise((resolve) => setTimeout(resolve, 5));

  expect(bells).toHaveLength(2);
  expect(await statuses(activity)).toEqual(['unbound']);
  release(Promise.reject(new Error('the portal hung')) as never);
  expect(await invocation).toHaveLength(1);
});
