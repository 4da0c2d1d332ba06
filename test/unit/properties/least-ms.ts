/** The least time of several rounds, ms, of this thread's own work: what else the machine is doing does not count. */
export function leastMs(work: () => void, rounds = 30): number {
  const times = Array.from({ length: rounds }, () => {
    const before = process.threadCpuUsage();
    work();
    const { user, system } = process.threadCpuUsage(before);
    return (user + system) / 1000;
  });
  return Math.min(...times);
}
