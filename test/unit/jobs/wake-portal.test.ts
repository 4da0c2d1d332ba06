import { beforeEach, describe, expect, it } from '@jest/globals';
import { type WakeUp, wakePortal, wakePortalNow } from '../../../lib/jobs/wake-portal.ts';
import { jumpingClock } from '../../support/jumping-clock.ts';
import { MemoryPortals } from '../../support/worker/memory-portals.ts';
import { NOW, PORTAL } from '../../support/worker/samples.ts';

const WAKE_UP: WakeUp = { portal: PORTAL, dueAt: null };

let portals: MemoryPortals;
let sent: WakeUp[];
beforeEach(() => {
  portals = new MemoryPortals();
  sent = [];
});

const deps = () => ({
  portals,
  clock: jumpingClock(),
  wakeUps: { send: async (wakeUp: WakeUp) => void sent.push(wakeUp) },
});

describe('waking a portal', () => {
  it('sends a wake-up and notes it', async () => {
    expect(await wakePortal(PORTAL, deps())).toBe(true);

    expect(sent).toEqual([WAKE_UP]);
    expect(portals.row().wokenAt).toBe(NOW);
  });

  it('sends none while one is pending', async () => {
    for (let times = 0; times < 3; times++) await wakePortal(PORTAL, deps());

    expect(sent).toEqual([WAKE_UP]);
  });

  it.each([
    ['none while the portal rests as a whole', 1, []],
    ['one when that is over', 0, [WAKE_UP]],
  ])('sends %s', async (_case, ms, expected) => {
    portals.set({ restsUntil: NOW + ms, nextWakeAt: NOW + ms });

    await wakePortal(PORTAL, deps());

    expect(sent).toEqual(expected);
    expect(portals.row().wokenAt).toBe(NOW);
  });

  it('sends one while only its own next wake-up is on its way', async () => {
    portals.set({ nextWakeAt: NOW + 60_000 });

    await wakePortal(PORTAL, deps());

    expect(sent).toEqual([WAKE_UP]);
  });

  it('does nothing for a portal that was removed, and says so', async () => {
    const removed = { markWakePending: async () => null };

    expect(await wakePortal(PORTAL, { ...deps(), portals: removed })).toBe(false);
    expect(sent).toEqual([]);
  });

  it('leaves the mark when the wake-up cannot be sent: the schedule looks for old marks', async () => {
    const send = () => Promise.reject(new Error('no queue'));

    await expect(wakePortal(PORTAL, { ...deps(), wakeUps: { send } })).rejects.toThrow('no queue');
    expect(portals.row().wokenAt).toBe(NOW);
  });
});

it.each([
  ['although a wake-up seems to be pending', { wokenAt: NOW - 60_000 }],
  ['although it rests as a whole', { restsUntil: NOW + 60_000, nextWakeAt: NOW + 60_000 }],
])('a person wakes a portal %s', async (_case, row) => {
  portals.set(row);

  await wakePortalNow(PORTAL, deps());

  expect(sent).toEqual([WAKE_UP]);
  expect(portals.row().restsUntil).toBeNull();
});
