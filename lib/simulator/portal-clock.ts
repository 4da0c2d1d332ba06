import { type Clock, systemClock } from '../clock.ts';

/** A clock that can be advanced; everyone whose sleep ends by then wakes up. */
export type PortalClock = Clock & { advance(ms: number): void };

type Sleeper = { readonly until: number; readonly wake: () => void; timer: NodeJS.Timeout | null };

/** The time of `base` (the machine's by default) plus whatever it was advanced by. */
export function createPortalClock(base: () => number = systemClock.now): PortalClock {
  const sleepers = new Set<Sleeper>();
  let offset = 0;
  const now = (): number => base() + offset;

  const settle = (sleeper: Sleeper): void => {
    if (sleeper.timer) clearTimeout(sleeper.timer);
    const rest = sleeper.until - now();
    if (rest <= 0) {
      sleepers.delete(sleeper);
      sleeper.wake();
      return;
    }
    // unref: a simulated PHP process that nobody waits for must not keep a finished test alive.
    sleeper.timer = setTimeout(() => settle(sleeper), rest).unref();
  };

  return {
    now,
    sleep: (ms) =>
      new Promise((resolve) => {
        const sleeper: Sleeper = { until: now() + ms, wake: resolve, timer: null };
        sleepers.add(sleeper);
        settle(sleeper);
      }),
    advance(ms) {
      offset += ms;
      for (const sleeper of [...sleepers].sort((one, other) => one.until - other.until)) settle(sleeper);
    },
  };
}

/** Uses a test's own clock as it is if it can be advanced, and wraps it otherwise. */
export function asPortalClock(clock: Clock | undefined): PortalClock {
  if (!clock) return createPortalClock();
  return isPortalClock(clock) ? clock : createPortalClock(() => clock.now());
}

const isPortalClock = (clock: Clock): clock is PortalClock => 'advance' in clock && typeof clock.advance === 'function';
