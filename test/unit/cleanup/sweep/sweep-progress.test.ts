import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import { progressAfter, workLeft } from '../../../../lib/cleanup/sweep/sweep-progress.ts';
import { initialState, type SweepState } from '../../../../lib/cleanup/sweep/sweep-state.ts';
import type { QueryVolume } from '../../../../lib/cleanup/sweep/sweep-volume.ts';

const NO_QUERY: QueryVolume = { span: 1_000, pages: 2, elements: 0, activityPages: 0, candidates: 0 };

/** A sweep that has asked what its queries tell of, and the bindings of all candidates that do not wait. */
function sweep(queries: readonly Partial<QueryVolume>[], more: Partial<SweepState> = {}, facts = 0): SweepState {
  const all = queries.map((query) => ({ ...NO_QUERY, ...query }));
  const { candidates = [], listed = [] } = more;
  const known = all.reduce((sum, query) => sum + query.candidates, 0) - candidates.length;
  const pages = all.reduce((sum, { pages, activityPages }) => sum + pages + activityPages, 0);
  const volume = { asked: pages + known + facts, progress: null, queries: all };
  return { ...initialState(all.length, 'r'), sources: [], evaluatedCount: known - listed.length, ...more, volume };
}

const part = (query: number, width: number) => ({ query, above: 5_000, below: 5_001 + width, whole: false });
const chunk = (query: number, count: number, above = 0) => ({
  query,
  ids: Array.from({ length: count }, () => 1),
  above,
});
const candidates = (count: number) => Array.from({ length: count }, (_, id) => ({ id, updatedAt: null, rules: [0] }));
const whole = (query: number) => ({ query, above: 0, below: null, whole: true });

describe('what is left of a sweep', () => {
  test.each<[string, SweepState, number | null]>([
    ['is unknown before the first answer', initialState(2, 'r'), null],
    ['is unknown if nothing was counted from the beginning', { ...initialState(0, 'r'), sources: [part(0, 10)] }, null],
    ['is nothing at the end', sweep([{ candidates: 30 }]), 0],
    ['are the candidates that wait', sweep([{ candidates: 30 }], { candidates: candidates(12) }), 12],
    [
      'of a query by activities is like what was read: 100 of 1,000 ids, 2 pages, 40 candidates',
      sweep([{ candidates: 40 }], { sources: [part(0, 600), part(0, 300)] }),
      9 * 42,
    ],
    [
      'of a query by elements is 5 commands for each element that waits or is to come',
      sweep([{ elements: 100, activityPages: 25, candidates: 225 }], {
        sources: [part(0, 500)],
        chunks: [chunk(0, 50)],
      }),
      2 + 5 * 150,
    ],
    [
      'counts half of a chunk that is begun: 4 commands for each of 75 elements',
      sweep([{ elements: 100, activityPages: 30, candidates: 270 }], { chunks: [chunk(0, 50, 7)] }),
      4 * 25,
    ],
    [
      'takes elements of a query without any read yet to be like those of other queries',
      sweep([{ elements: 50, activityPages: 10, candidates: 90 }, { elements: 20 }], { chunks: [chunk(1, 20)] }),
      2 * 20,
    ],
    [
      'takes elements of a query to be like those that it has read',
      sweep(
        [
          { elements: 50, activityPages: 10, candidates: 90 },
          { elements: 100, activityPages: 25, candidates: 225 },
        ],
        { chunks: [chunk(1, 50)] },
      ),
      5 * 50,
    ],
    ['is unknown while no element was read', sweep([{ elements: 50 }], { chunks: [chunk(0, 50)] }), null],
    [
      'takes a query that has read nothing to be like the others: 2 pages and 40 candidates',
      sweep([{ candidates: 40 }, { span: 0, pages: 0 }], { sources: [whole(1)] }),
      42,
    ],
    [
      'includes facts about elements: 10 for 40 candidates so far',
      sweep([{ candidates: 60 }], { candidates: candidates(20) }, 10),
      25,
    ],
    ['is nothing where a query has found nothing', sweep([{ pages: 0 }], { sources: [part(0, 900)] }), 0],
  ])('%s', (_, state, left) => {
    if (left === null) expect(workLeft(state)).toBeNull();
    else expect(workLeft(state)).toBeCloseTo(left);
  });
});

/** A sweep with nothing left but some candidates. */
const at = (asked: number, progress: number | null, left: number): SweepState => {
  const state = sweep([{ candidates: 10 + left }], { candidates: candidates(left) });
  return { ...state, evaluatedCount: asked - NO_QUERY.pages, volume: { ...state.volume, asked, progress } };
};

describe('the progress of a sweep', () => {
  it('is unknown before the first answer, and stays what it was while the rest is unknown', () => {
    const start = initialState(2, 'r');
    const lost = { ...start, volume: { ...start.volume, asked: 900 } };

    expect(progressAfter(start, start)).toBeNull();
    expect(progressAfter(at(100, 0.5, 10), lost)).toBe(0.5);
  });

  it('is the part that was asked of all there is to ask', () => {
    expect(progressAfter(initialState(1, 'r'), at(12, null, 4))).toBe(0.75);
    expect(progressAfter(at(11, null, 5), at(12, null, 4))).toBe(0.75);
  });

  it('grows by the part that was asked of what was left', () => {
    expect(progressAfter(at(12, 0.5, 4), at(12, 0.5, 4))).toBe(0.5);
    expect(progressAfter(at(12, 0.5, 9), at(13, 0.5, 4))).toBe(0.6);
  });

  it('is never 1, however little is left', () => {
    expect(progressAfter(at(12, 0.5, 0), at(1e12, 0.5, 0))).toBeLessThan(1);
  });

  it('does not lose a digit when next to nothing was done', () => {
    const endless = sweep([{ span: 1e18, candidates: 40 }], { sources: [part(0, 1e18)] });
    const before = { ...endless, volume: { ...endless.volume, asked: endless.volume.asked - 1, progress: 0.29 } };

    expect(progressAfter(before, endless)).toBe(0.29);
  });

  it('corrects a wrong estimate over the rest of the sweep', () => {
    const estimates = Array.from({ length: 100 }, (_, n) => ({ asked: 20 * (n + 1), left: 2_000 - 20 * (n + 1) }));
    const wrong = estimates.map(({ asked, left }, n) => ({ asked, left: n < 10 ? Math.round(left / 3) : left }));

    const progresses = progressesOf(wrong);

    expect(progresses[9]).toBeGreaterThan(0.2);
    expect(progresses[49]).toBeLessThan(0.62);
    expect(progresses[98]).toBeCloseTo(0.99);
  });

  it('never goes back, is never 1, and grows whenever something was asked, whatever the estimates are', () => {
    const step = fc.record({ more: fc.integer({ min: 0, max: 500 }), left: fc.integer({ min: 0, max: 1_000 }) });

    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), (steps) => {
        const sums = sumsOf(steps.map(({ more }) => more));
        const progresses = progressesOf(steps.map(({ left }, n) => ({ asked: sums[n] ?? 0, left })));
        for (const [n, progress] of progresses.entries()) {
          const before = progresses[n - 1] ?? null;
          if (progress === null) expect([before, steps[n]?.more]).toEqual([null, 0]);
          if (progress === null) continue;
          expect(progress).toBeLessThan(1);
          expect(progress).toBeGreaterThanOrEqual(before ?? 0);
          if (before !== null && before < 0.999 && (steps[n]?.more ?? 0) > 0) expect(progress).toBeGreaterThan(before);
        }
      }),
    );
  });

  it('is that of the requests when the estimates are right', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 2, maxLength: 40 }), (steps) => {
        const sums = sumsOf(steps);
        const all = sums.at(-1) ?? 0;
        const exact = sums.slice(0, -1).map((asked) => ({ asked, left: all - asked }));
        for (const [n, progress] of progressesOf(exact).entries())
          expect(progress).toBeCloseTo((exact[n]?.asked ?? 0) / all, 4);
      }),
    );
  });
});

/** What there is after each of them. */
const sumsOf = (numbers: readonly number[]): number[] =>
  numbers.map((_, n) => numbers.slice(0, n + 1).reduce((sum, number) => sum + number, 0));

function progressesOf(estimates: readonly { readonly asked: number; readonly left: number }[]): (number | null)[] {
  let before: SweepState = initialState(1, 'r');
  return estimates.map(({ asked, left }) => {
    const after = at(asked, before.volume.progress, left);
    const progress = progressAfter(before, after);
    before = at(asked, progress, left);
    return progress;
  });
}
