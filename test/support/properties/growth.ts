/** As many rounds as fit into this, and at least so many. */
const ENOUGH_MS = 150;
const LEAST_ROUNDS = 20;

/**
 * The quickest of many rounds, ms. Whatever disturbs one, another process or a collection of the whole heap's garbage, only
 * ever adds, and does not meet them all.
 */
function leastMs(work: () => void): number {
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
 * How much longer `large` takes than `small` for the same amount, when it is `ratio` times as large: about 1 for work in
 * proportion to the size, `ratio` for quadratic work.
 */
export const growth = (small: () => void, large: () => void, ratio: number): number =>
  leastMs(large) / (leastMs(small) * ratio);
