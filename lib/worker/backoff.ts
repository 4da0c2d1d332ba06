import { FIRST_BACKOFF_MS, LONGEST_BACKOFF_MS } from './policy.ts';

/** Full jitter: anything from 0 to 1 s · 2^attempts, at most 10 min. `random` is in [0, 1). */
export const backoffMs = (attempts: number, random: number): number =>
  Math.ceil(random * Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** attempts));
