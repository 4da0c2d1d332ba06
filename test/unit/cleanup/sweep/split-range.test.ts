import { describe, expect, it } from '@jest/globals';
import { splitRange } from '../../../../lib/cleanup/sweep/split-range.ts';
import { decodeState, encodeState, initialState, type SweepState } from '../../../../lib/cleanup/sweep/sweep-state.ts';

const ids = (first: number, count = 50, step = 1): number[] =>
  Array.from({ length: count }, (_, n) => first + n * step);

/** The ids that the parts let through, both ends of each being exclusive. */
const covered = (parts: ReturnType<typeof splitRange>, all: readonly number[]): number[] =>
  parts.flatMap(({ above, below }) => all.filter((id) => id > above && (below === null || id < below)));

describe('the ids between two pages', () => {
  it.each([
    ['many', ids(1), ids(100_000)],
    ['a few', ids(1), ids(120)],
    ['scattered', ids(1, 50, 40), ids(500_000, 50, 40)],
  ])('are cut into parts that meet each id once: %s', (_case, first, last) => {
    const between = ids(first.at(-1) ?? 0, (last[0] ?? 0) - (first.at(-1) ?? 0)).slice(1);

    expect(covered(splitRange(0, first, last), between).sort((a, b) => a - b)).toEqual(between);
  });

  it('are none when the pages overlap', () => {
    expect(splitRange(0, ids(1), ids(40))).toEqual([]);
    expect(splitRange(0, ids(1), ids(51))).toEqual([]);
  });

  it('are not cut into more parts than there are pages for', () => {
    expect(splitRange(0, ids(1), ids(200))).toHaveLength(1);
    expect(splitRange(0, ids(1, 50, 100), ids(100_000, 50, 100))).toHaveLength(3);
    expect(splitRange(0, ids(1), ids(10_000_000))).toHaveLength(40);
  });
});

it('the state of a sweep is the same after it was stored', () => {
  const state: SweepState = {
    ...initialState(2, 'sweep:1'),
    sources: [
      { query: 0, above: 0, below: null, whole: true },
      { query: 1, above: 50, below: 900, whole: false },
    ],
    chunks: [{ query: 0, ids: [1, 2, 3], above: 17 }],
    candidates: [{ id: 4, updatedAt: null, rules: [0, 2] }],
    listed: [
      {
        id: 5,
        updatedAt: 6_000,
        rules: [1],
        bindings: [
          { entityTypeId: 2, entityId: 7 },
          { entityTypeId: 3, entityId: 8 },
        ],
      },
    ],
    decided: [{ activityId: 9, element: { entityTypeId: 2, entityId: 10 }, rule: 1 }],
    evaluated: [11, 12],
    yield: 12.5,
    evaluatedCount: 100,
    plannedCount: 40,
    volume: {
      asked: 1_234,
      progress: 0.12345678,
      queries: [
        { span: 900, pages: 3, elements: 120, activityPages: 14, candidates: 500 },
        { span: 0, pages: 0, elements: 0, activityPages: 0, candidates: 0 },
      ],
    },
  };

  expect(decodeState(encodeState(state))).toEqual(state);
});

it('a state that was stored before its volume was counted goes on without one', () => {
  const state = { ...initialState(2, 'sweep:1'), evaluatedCount: 7 };
  const old = JSON.stringify((JSON.parse(encodeState(state)) as unknown[]).slice(0, 7));

  expect(decodeState(old)).toEqual({ ...state, volume: { asked: 0, progress: null, queries: [] } });
});
