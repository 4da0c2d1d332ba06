import { expect, it } from '@jest/globals';
import {
  advanceCheckpoint,
  encodeCheckpoint,
  holdBackPages,
  progressAt,
  type SweepCheckpoint,
} from '../../../../lib/cleanup/sweep/sweep-checkpoint.ts';
import { initialState } from '../../../../lib/cleanup/sweep/sweep-state.ts';
import { initialVolume, withAsked, withBrought } from '../../../../lib/cleanup/sweep/sweep-volume.ts';

it('what was asked and what the answers brought is counted for each query', () => {
  const asked = withAsked(initialVolume(2), { commands: 50, pages: [0, 0, 1], activityPages: [1, 1] });
  const brought = withBrought(asked, {
    spans: new Map([[0, 900]]),
    elements: [
      { query: 0, ids: [1, 2, 3] },
      { query: 1, ids: [4] },
      { query: 0, ids: [5] },
    ],
    candidates: [1, 1, 0],
  });

  const again = withBrought(withAsked(brought, { commands: 7, pages: [1], activityPages: [] }), {
    spans: new Map([[1, 30]]),
    elements: [],
    candidates: [0],
  });

  expect(again).toEqual({
    asked: 57,
    progress: null,
    queries: [
      { span: 900, pages: 2, elements: 4, activityPages: 0, candidates: 2 },
      { span: 30, pages: 2, elements: 1, activityPages: 2, candidates: 2 },
    ],
  });
});

/** 100 of 1,000 ids are read, with 2 pages and 98 candidates. */
const begun: SweepCheckpoint = {
  state: {
    ...initialState(1, 'r'),
    sources: [{ query: 0, above: 100, below: 1_001, whole: false }],
    evaluatedCount: 98,
    volume: {
      asked: 100,
      progress: null,
      queries: [{ span: 1_000, pages: 2, elements: 0, activityPages: 0, candidates: 98 }],
    },
  },
  rules: '[]',
  byRule: {},
  heldBack: null,
  refusal: null,
};
const start: SweepCheckpoint = { ...begun, state: initialState(1, 'r') };

it('a checkpoint has its progress, also when it was stored', () => {
  const checkpoint = advanceCheckpoint(start, begun.state);

  expect(checkpoint.state.volume.progress).toBe(0.1);
  expect(progressAt(encodeCheckpoint(checkpoint))).toBe(0.1);
  expect(progressAt(encodeCheckpoint(start))).toBeNull();
  expect(progressAt(null)).toBeNull();
});

it('what is held back for the next run counts as not read', () => {
  const held = holdBackPages(advanceCheckpoint(start, begun.state));
  const { state } = held;
  const later = advanceCheckpoint(held, { ...state, volume: { ...state.volume, asked: state.volume.asked + 9 } });

  expect(later.heldBack?.sources).toHaveLength(1);
  expect(later.state.volume.progress).toBeGreaterThan(0.1);
  expect(later.state.volume.progress).toBeLessThan(0.2);
});
