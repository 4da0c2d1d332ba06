/** So much that neither the coarse steps of the processor's clock (4 ms and more) nor one collection of garbage counts. */
const ENOUGH_MS = 30;
const TRIES = 3;

/** This thread's own work over some rounds, ms: what else the machine is doing does not count. */
function cpuMs(work: () => void, rounds: number): number {
  const before = process.threadCpuUsage();
  for (let round = 0; round < rounds; round++) work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}

/** The shortest of some tries, ms: a disturbance only ever adds. */
const shortestMs = (work: () => void, rounds: number): number =>
  Math.min(...Array.from({ length: TRIES }, () => cpuMs(work, rounds)));

/** How often it has to be done to be measured at all. */
function roundsOf(work: () => void): number {
  let rounds = 1;
  while (cpuMs(work, rounds) < ENOUGH_MS) rounds *= 2;
  return rounds;
}

/**
 * How much longer `large` takes than `small`, done so often that both have handled the same amount: about 1 for work in
 * proportion to the size, the ratio of the sizes for quadratic work.
 */
export function growth(small: () => void, large: () => void, ratio: number): number {
  const rounds = roundsOf(large);
  return shortestMs(large, rounds) / shortestMs(small, rounds * ratio);
}
