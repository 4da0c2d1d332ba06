import type { Clock } from '../../lib/clock.ts';

/** A clock that jumps: a sleeper wakes at once, and the time is then that much later. */
export type JumpingClock = Clock & { jumpTo(time: number): void };

const START = Date.parse('2026-11-24T06:00:00Z');

export function jumpingClock(): JumpingClock {
  let now = START;
  const jumpTo = (time: number) => {
    now = Math.max(now, time);
  };
  return {
    now: () => now,
    jumpTo,
    async sleep(ms) {
      jumpTo(now + ms);
    },
  };
}
