import { expect, it } from '@jest/globals';
import {
  advanced,
  cursorOf,
  drained,
  type SweepPlace,
  shareAt,
} from '../../../../lib/cleanup/sweep/sweep-checkpoint.ts';
import { initialState } from '../../../../lib/cleanup/sweep/sweep-state.ts';
import { initialExtent, withAsked, withBrought } from '../../../../lib/cleanup/sweep/sweep-volume.ts';

it('what was asked and what it has brought is counted for each pass', () => {
  const asked = withAsked(initialExtent(2), { commands: 50, pages: [0, 0, 1], activityPages: [1, 1] });
  const brought = withBrought(asked, {
    spans: new Map([[0, 900]]),
    elements: [
      { pass: 0, ids: [1, 2, 3] },
      { pass: 1, ids: [4] },
      { pass: 0, ids: [5] },
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
    share: null,
    passes: [
      { span: 900, pages: 2, elements: 4, activityPages: 0, candidates: 2 },
      { span: 30, pages: 2, elements: 1, activityPages: 2, candidates: 2 },
    ],
  });
});

/** 100 of 1,000 ids are gone through, with 2 pages and 98 candidates. */
const begun: SweepPlace = {
  state: {
    ...initialState(1, 'r'),
    sources: [{ pass: 0, above: 100, below: 1_001, whole: false }],
    weighedCount: 98,
    extent: {
      asked: 100,
      share: null,
      passes: [{ span: 1_000, pages: 2, elements: 0, activityPages: 0, candidates: 98 }],
    },
  },
  rules: '[]',
  byRule: {},
  held: null,
  refusal: null,
};
const start: SweepPlace = { ...begun, state: initialState(1, 'r') };

it('a place knows its share, and tells it when it was stored', () => {
  const place = advanced(start, begun.state);

  expect(place.state.extent.share).toBe(0.1);
  expect(shareAt(cursorOf(place))).toBe(0.1);
  expect(shareAt(cursorOf(start))).toBeNull();
  expect(shareAt(null)).toBeNull();
});

it('what is held back for the next run is not gone through', () => {
  const held = drained(advanced(start, begun.state));
  const { state } = held;
  const later = advanced(held, { ...state, extent: { ...state.extent, asked: state.extent.asked + 9 } });

  expect(later.held?.sources).toHaveLength(1);
  expect(later.state.extent.share).toBeGreaterThan(0.1);
  expect(later.state.extent.share).toBeLessThan(0.2);
});
