import { beforeEach, describe, expect, it } from '@jest/globals';
import type { WakeUp } from '../../../lib/jobs/wake-portal.ts';
import { processBatch, type ReceivedWakeUp } from '../../../lib/worker/process-batch.ts';
import { type FakePorts, fakePorts } from '../../support/worker/fake-session.ts';
import { jobOf, NOW, PORTAL } from '../../support/worker/samples.ts';

const ALWAYS = { allows: () => true };

let ports: FakePorts;
let sent: (WakeUp & { readonly delayMs: number })[];
beforeEach(() => {
  ports = fakePorts();
  sent = [];
});

const queue = { send: async (wakeUp: WakeUp, delayMs = 0) => void sent.push({ ...wakeUp, delayMs }) };

const wakeUp = (name: string, changes: Partial<ReceivedWakeUp> = {}): ReceivedWakeUp => ({
  portal: PORTAL,
  dueAt: null,
  messageId: `message-${name}`,
  ...changes,
});

it('no wake-up of an idle portal comes back, and none is sent', async () => {
  expect(await processBatch(ports, queue, [wakeUp('a'), wakeUp('b')], ALWAYS)).toEqual([]);
  expect(sent).toEqual([]);
});

describe('a portal that rests', () => {
  it.each([
    ['for two minutes', 120_000, 120_000],
    ['for hours', 8 * 3_600_000, 900_000],
  ])('%s gets one wake-up for the end of its rest, or sooner', async (_case, ms, delayMs) => {
    ports.jobs.put(jobOf({ dueAt: NOW + ms }));

    expect(await processBatch(ports, queue, [wakeUp('a'), wakeUp('b')], ALWAYS)).toEqual([]);
    expect(sent).toEqual([{ portal: PORTAL, dueAt: NOW + delayMs, delayMs }]);
    expect(ports.portals.row()).toMatchObject({ nextWakeAt: NOW + delayMs, restsUntil: null });
  });

  it('gets no other one when a trigger wakes it meanwhile', async () => {
    ports.jobs.put(jobOf({ dueAt: NOW + 120_000 }));

    for (const name of ['a', 'b', 'c']) await processBatch(ports, queue, [wakeUp(name)], ALWAYS);

    expect(sent).toHaveLength(1);
  });

  it('gets the next one when that one has come', async () => {
    ports.jobs.put(jobOf({ dueAt: NOW + 1_800_000 }));
    await processBatch(ports, queue, [wakeUp('a')], ALWAYS);
    ports.clock.jumpTo(NOW + 900_000);

    await processBatch(ports, queue, [wakeUp('b', { dueAt: NOW + 900_000 })], ALWAYS);

    expect(sent.map(({ dueAt }) => (dueAt ?? 0) - NOW)).toEqual([900_000, 1_800_000]);
  });
});

it('a portal whose time is up is woken again', async () => {
  ports.jobs.put(jobOf());

  expect(await processBatch(ports, queue, [wakeUp('a')], { allows: () => false })).toEqual([]);
  expect(sent).toEqual([{ portal: PORTAL, dueAt: NOW, delayMs: 0 }]);
});

it('a wake-up that cannot be sent brings back the one that was received', async () => {
  ports.jobs.put(jobOf({ dueAt: NOW + 120_000 }));
  const send = () => Promise.reject(new TypeError('no queue'));

  expect(await processBatch(ports, { send }, [wakeUp('a')], ALWAYS)).toEqual(['message-a']);
});

it('a portal that breaks the worker gets all of its wake-ups back, and the other portals are served', async () => {
  ports.portals.set({}, 'broken');
  const openPortal: typeof ports.openPortal = (state) =>
    state.portal === 'broken' ? Promise.reject(new TypeError('secret')) : ports.openPortal(state);
  const wakeUps = [wakeUp('a', { portal: 'broken' }), wakeUp('b'), wakeUp('c', { portal: 'broken' })];

  expect(await processBatch({ ...ports, openPortal }, queue, wakeUps, ALWAYS)).toEqual(['message-a', 'message-c']);
  expect(ports.logged).toEqual([{ name: 'serving_failed', portal: 'broken', error: 'TypeError' }]);
});
