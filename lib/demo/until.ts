import type { Clock } from '../clock.ts';

const LOOK_AGAIN_MS = 20;
const LONGEST_MS = 15_000;

/** Waits until a condition holds. Throws, naming it, when that takes too long. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, clock: Clock): Promise<void> {
  const giveUpAt = clock.now() + LONGEST_MS;
  while (!(await holds())) {
    if (clock.now() > giveUpAt) throw new Error(`${what}: this did not happen within ${LONGEST_MS / 1000} s`);
    await clock.sleep(LOOK_AGAIN_MS);
  }
}
