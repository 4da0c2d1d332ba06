/** Measures as many rounds as fit into this, and at least so many. */
const ENOUGH_MS = 150;
const LEAST_ROUNDS = 20;

/**
 * The quickest of many rounds, ms. Disturbances by other processes or the garbage collector only add time, and do not hit
 * every round. For the soak run: the default run counts steps instead (count-steps.ts).
 */
export function leastMs(work: () => void): number {
  let least = Number.POSITIVE_INFINITY;
  const giveUpAt = performance.now() + ENOUGH_MS;
  for (let round = 0; round < LEAST_ROUNDS || performance.now() < giveUpAt; round++) {
    const startedAt = performance.now();
    work();
    least = Math.min(least, performance.now() - startedAt);
  }
  return least;
}

/**
 * How much longer `large` takes than `small` for the same amount, if it is `ratio` times as large: about 1 for work in
 * proportion to the size, about `ratio` for quadratic work.
 */
export const growth = (small: () => void, large: () => void, ratio: number): number =>
  leastMs(large) / (leastMs(small) * ratio);
