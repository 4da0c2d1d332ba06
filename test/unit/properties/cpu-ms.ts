const ROUNDS = 20;

/** This thread's own work over some rounds, ms: what else the machine is doing does not count. */
function cpuMs(work: () => void, rounds: number): number {
  const before = process.threadCpuUsage();
  for (let round = 0; round < rounds; round++) work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}

/**
 * How much longer `large` takes than `small`, done so often that both have handled the same amount: about 1 for work in
 * proportion to the size, the ratio of the sizes for quadratic work. The processor's time is counted in coarse steps.
 */
export function growth(small: () => void, large: () => void, ratio: number): number {
  small();
  large();
  const step = 10;
  return (cpuMs(large, ROUNDS) + step) / (cpuMs(small, ROUNDS * ratio) + step);
}
