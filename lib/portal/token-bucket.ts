import type { Clock } from '../clock.ts';

export type TokenBucketSettings = {
  /** How many tokens there are at first, and at most. */
  readonly burst: number;
  /** How long until there is one more, ms. */
  readonly everyMs: number;
};

/**
 * Takes a token if there is one, and says whether there was. Kept in the memory of this process, so each sandbox has a
 * bucket of its own.
 */
export function tokenBucket({ burst, everyMs }: TokenBucketSettings, clock: Clock): () => boolean {
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
