import { beforeEach, describe, expect, it } from '@jest/globals';
import { processBatch, type WakeUp } from '../../../lib/worker/process-batch.ts';
import { type FakePorts, fakePorts } from '../../support/worker/fake-session.ts';
import { jobOf, NOW, PORTAL } from '../../support/worker/samples.ts';

const ALWAYS = { allows: () => true };

let ports: FakePorts;
let calls: string[];
beforeEach(() => {
  ports = fakePorts();
  calls = [];
});

/** A queue that notes what it was asked for. */
const queue = {
  send: async (portal: string) => void calls.push(`send ${portal}`),
  hide: async (receiptHandle: string, seconds: number) => calls.push(`hide ${receiptHandle} ${seconds}`) > 0,
  remove: async (receiptHandle: string) => void calls.push(`remove ${receiptHandle}`),
};

const wakeUp = (name: string, changes: Partial<WakeUp> = {}): WakeUp => ({
  portal: PORTAL,
  messageId: `message-${name}`,
  receiptHandle: name,
  receiveCount: 1,
  ...changes,
});

it('no wake-up of an idle portal comes back', async () => {
  expect(await processBatch(ports, queue, [wakeUp('a'), wakeUp('b')], ALWAYS)).toEqual([]);
  expect(calls).toEqual([]);
});

describe('a portal that rests', () => {
  it.each([
    ['for two minutes', 120_000, 120],
    ['for a time that is no whole second', 119_001, 120],
    ['for hours', 8 * 3_600_000, 900],
  ])('%s keeps its last wake-up hidden', async (_case, ms, seconds) => {
    ports.jobs.put(jobOf({ dueAt: NOW + ms }));

    expect(await processBatch(ports, queue, [wakeUp('a'), wakeUp('b')], ALWAYS)).toEqual(['message-b']);
    expect(calls).toEqual([`hide b ${seconds}`]);
    expect(ports.portals.row()).toMatchObject({ hiddenWakeUp: 'b', restsWhole: false });
  });

  it('keeps none when another wake-up is pending by then', async () => {
    ports.jobs.put(jobOf({ dueAt: NOW + 120_000 }));
    const hide = async () => {
      ports.portals.set({ wokenAt: NOW });
      return true;
    };

    expect(await processBatch(ports, { ...queue, hide }, [wakeUp('a')], ALWAYS)).toEqual([]);
  });

  it('as a whole keeps its wake-up although another one is pending', async () => {
    ports.portals.set({ lock: { owner: 'other', until: NOW + 20_000 }, wokenAt: NOW });

    expect(await processBatch(ports, queue, [wakeUp('a')], ALWAYS)).toEqual(['message-a']);
    expect(calls).toEqual(['hide a 5']);
    expect(ports.portals.row().restsWhole).toBe(true);
  });

  it.each([
    [49, ['message-a'], ['hide a 120']],
    [50, [], [`send ${PORTAL}`]],
  ])('replaces a wake-up that was received %d times, or not', async (receiveCount, returned, asked) => {
    ports.jobs.put(jobOf({ dueAt: NOW + 120_000 }));

    expect(await processBatch(ports, queue, [wakeUp('a', { receiveCount })], ALWAYS)).toEqual(returned);
    expect(calls).toEqual(asked);
  });
});

it('a portal whose time is up is woken again', async () => {
  ports.jobs.put(jobOf());

  expect(await processBatch(ports, queue, [wakeUp('a')], { allows: () => false })).toEqual([]);
  expect(calls).toEqual([`send ${PORTAL}`]);
});

it('a portal that breaks the worker gets all of its wake-ups back, and the other portals are served', async () => {
  ports.portals.set({}, 'broken');
  const openPortal: typeof ports.openPortal = (state) =>
    state.portal === 'broken' ? Promise.reject(new TypeError('secret')) : ports.openPortal(state);
  const wakeUps = [wakeUp('a', { portal: 'broken' }), wakeUp('b'), wakeUp('c', { portal: 'broken' })];

  expect(await processBatch({ ...ports, openPortal }, queue, wakeUps, ALWAYS)).toEqual(['message-a', 'message-c']);
  expect(ports.logged).toEqual([{ name: 'serving_failed', portal: 'broken', error: 'TypeError' }]);
  // Its message group must not stay locked until the slowest portal has ended.
  expect(calls).toEqual(['remove b']);
});

it('a wake-up that cannot be deleted early is left to the end of the function', async () => {
  ports.portals.set({}, 'other');
  const remove = () => Promise.reject(new Error('no queue'));

  expect(
    await processBatch(ports, { ...queue, remove }, [wakeUp('a'), wakeUp('b', { portal: 'other' })], ALWAYS),
  ).toEqual([]);
  expect(ports.logged.map(({ name }) => name)).toEqual(['bell_not_given_back', 'bell_not_given_back']);
});
