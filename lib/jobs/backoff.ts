const FIRST_MS = 1_000;
const LONGEST_MS = 600_000;

/** Full jitter: anything from 0 to 1 s · 2^attempts, at most 10 min. `random` is in [0, 1). */
export const backoffMs = (attempts: number, random: number): number =>
  Math.ceil(random * Math.min(LONGEST_MS, FIRST_MS * 2 ** attempts));
