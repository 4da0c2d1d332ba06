import { randomInt } from 'node:crypto';

/** Random numbers that a seed determines; each purpose has a stream of its own, so that they do not affect each other. */
export type Random = {
  /** In [0, 1). */
  next(): number;
  /** Whole, from `least` to `most`. */
  between(least: number, most: number): number;
  chance(probability: number): boolean;
  pick<T>(items: readonly [T, ...T[]]): T;
  /** The same items in another order. */
  shuffled<T>(items: readonly T[]): T[];
};

/** mulberry32: small, and good enough to choose faults. */
export function seededRandom(seed: string): Random {
  let state = hashOf(seed);
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const between = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1));
  return {
    next,
    between,
    chance: (probability) => next() < probability,
    pick: (items) => items[between(0, items.length - 1)] ?? items[0],
    shuffled: (items) =>
      items
        .map((item) => ({ item, key: next() }))
        .sort((one, other) => one.key - other.key)
        .map(({ item }) => item),
  };
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash;
}

/** The seed of this run: that of `SEED=…`, which replays a run, or a new one. */
export const seedOfRun = (): string => process.env.SEED ?? String(randomInt(1_000_000_000));

/** Puts the command that replays a seed in front of the error's message. */
export async function replayable<T>(seed: string, command: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof Error) error.message = `replay with: SEED=${seed} ${command}\n${error.message}`;
    throw error;
  }
}
