import type { Clock } from '../clock.ts';

export type AllowanceSettings = {
  /** How many at once. */
  readonly burst: number;
  /** After that, one in so many ms. */
  readonly everyMs: number;
};

/** Says whether one more may be done now, and counts it if so. Kept in the memory of this process: each sandbox has its own. */
export function tokenBucket({ burst, everyMs }: AllowanceSettings, clock: Clock): () => boolean {
  let left = burst;
  let at = clock.now();
  return () => {
    const now = clock.now();
    left = Math.min(burst, left + Math.max(0, now - at) / everyMs);
    at = now;
    if (left < 1) return false;
    left -= 1;
    return true;
  };
}
