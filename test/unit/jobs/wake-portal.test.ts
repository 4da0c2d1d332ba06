import { beforeEach, describe, expect, it } from '@jest/globals';
import { wakePortal, wakePortalNow } from '../../../lib/jobs/wake-portal.ts';
import { jumpingClock } from '../../support/jumping-clock.ts';
import { MemoryPortals } from '../../support/worker/memory-portals.ts';
import { NOW, PORTAL } from '../../support/worker/samples.ts';

let portals: MemoryPortals;
let calls: string[];
beforeEach(() => {
  portals = new MemoryPortals();
  calls = [];
});

/** `held`: a hidden wake-up is still in our hands. */
const deps = (held = true) => ({
  portals,
  clock: jumpingClock(),
  wakeUps: {
    send: async (portal: string) => void calls.push(`send ${portal}`),
    hide: async (receiptHandle: string, seconds: number) => {
      calls.push(`hide ${receiptHandle} ${seconds}`);
      return held;
    },
  },
});

describe('waking a portal', () => {
  it('sends a wake-up and notes it', async () => {
    await wakePortal(PORTAL, deps());

    expect(calls).toEqual([`send ${PORTAL}`]);
    expect(portals.row().wokenAt).toBe(NOW);
  });

  it('sends none while one is pending', async () => {
    for (let times = 0; times < 3; times++) await wakePortal(PORTAL, deps());

    expect(calls).toEqual([`send ${PORTAL}`]);
  });

  it.each([
    ['delivers its hidden wake-up at once', 'hidden', false, true, ['hide hidden 0']],
    ['replaces a hidden wake-up that is gone', 'hidden', false, false, ['hide hidden 0', `send ${PORTAL}`]],
    ['leaves the wake-up of a portal that rests as a whole hidden', 'hidden', true, true, [`send ${PORTAL}`]],
  ])('%s', async (_case, hiddenWakeUp, restsWhole, held, expected) => {
    portals.set({ hiddenWakeUp, restsWhole });

    await wakePortal(PORTAL, deps(held));

    expect(calls).toEqual(expected);
  });

  it('leaves the mark when the wake-up cannot be sent: the schedule looks for old marks', async () => {
    const { wakeUps, ...others } = deps();
    const send = () => Promise.reject(new Error('no queue'));

    await expect(wakePortal(PORTAL, { ...others, wakeUps: { ...wakeUps, send } })).rejects.toThrow('no queue');
    expect(portals.row().wokenAt).toBe(NOW);
  });
});

describe('a person who wakes a portal', () => {
  it('wakes it although a wake-up seems to be pending', async () => {
    portals.set({ wokenAt: NOW - 60_000 });

    await wakePortalNow(PORTAL, deps());

    expect(calls).toEqual([`send ${PORTAL}`]);
  });

  it('also ends a rest of the whole portal', async () => {
    portals.set({ hiddenWakeUp: 'hidden', restsWhole: true });

    await wakePortalNow(PORTAL, deps());

    expect(calls).toEqual(['hide hidden 0', `send ${PORTAL}`]);
  });
});
