import { describe, expect, it } from '@jest/globals';
import { splitRange } from '../../../../lib/cleanup/sweep/split-range.ts';

const ids = (first: number, count = 50, step = 1): number[] =>
  Array.from({ length: count }, (_, n) => first + n * step);

/** The ids within the parts, whose ends are exclusive. */
const covered = (parts: ReturnType<typeof splitRange>, all: readonly number[]): number[] =>
  parts.flatMap(({ above, below }) => all.filter((id) => id > above && (below === null || id < below)));

describe('the ids between two pages', () => {
  it.each([
    ['many', ids(1), ids(100_000)],
    ['a few', ids(1), ids(120)],
    ['scattered', ids(1, 50, 40), ids(500_000, 50, 40)],
  ])('are cut into parts that hold each id once: %s', (_case, first, last) => {
    const between = ids(first.at(-1) ?? 0, (last[0] ?? 0) - (first.at(-1) ?? 0)).slice(1);

    expect(covered(splitRange(0, first, last), between).sort((a, b) => a - b)).toEqual(between);
  });

  it('are not cut at all if the pages overlap', () => {
    expect(splitRange(0, ids(1), ids(40))).toEqual([]);
    expect(splitRange(0, ids(1), ids(51))).toEqual([]);
  });

  it('are not cut into more parts than there are pages for', () => {
    expect(splitRange(0, ids(1), ids(200))).toHaveLength(1);
    expect(splitRange(0, ids(1, 50, 100), ids(100_000, 50, 100))).toHaveLength(3);
    expect(splitRange(0, ids(1), ids(10_000_000))).toHaveLength(40);
  });
});
