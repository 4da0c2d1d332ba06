import type { Clock } from '../clock.ts';

const LOOK_AGAIN_MS = 20;
const LONGEST_MS = 15_000;

/** Waits until something is so. Throws, with its name, when that takes too long. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>, clock: Clock): Promise<void> {
  const giveUpAt = clock.now() + LONGEST_MS;
  while (!(await isSo())) {
    if (clock.now() > giveUpAt) throw new Error(`${what}: this did not happen within ${LONGEST_MS / 1000} s`);
    await clock.sleep(LOOK_AGAIN_MS);
  }
}
