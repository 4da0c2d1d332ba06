import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import { shareAfter, workLeft } from '../../../../lib/cleanup/sweep/sweep-progress.ts';
import { initialState, type SweepState } from '../../../../lib/cleanup/sweep/sweep-state.ts';
import type { PassExtent } from '../../../../lib/cleanup/sweep/sweep-volume.ts';

const PASS: PassExtent = { span: 1_000, pages: 2, elements: 0, activityPages: 0, candidates: 0 };

/** A sweep that has asked what its passes tell of, and the bindings of all candidates that do not wait. */
function sweep(passes: readonly Partial<PassExtent>[], more: Partial<SweepState> = {}, facts = 0): SweepState {
  const all = passes.map((pass) => ({ ...PASS, ...pass }));
  const { candidates = [], listed = [] } = more;
  const known = all.reduce((sum, pass) => sum + pass.candidates, 0) - candidates.length;
  const pages = all.reduce((sum, { pages, activityPages }) => sum + pages + activityPages, 0);
  const extent = { asked: pages + known + facts, share: null, passes: all };
  return { ...initialState(all.length, 'r'), sources: [], weighedCount: known - listed.length, ...more, extent };
}

const part = (pass: number, width: number) => ({ pass, above: 5_000, below: 5_001 + width, whole: false });
const chunk = (pass: number, count: number, above = 0) => ({
  pass,
  ids: Array.from({ length: count }, () => 1),
  above,
});
const candidates = (count: number) => Array.from({ length: count }, (_, id) => ({ id, updatedAt: null, rules: [0] }));
const whole = (pass: number) => ({ pass, above: 0, below: null, whole: true });

describe('what is left of a sweep', () => {
  test.each<[string, SweepState, number | null]>([
    ['is unknown before the first answer', initialState(2, 'r'), null],
    [
      'is unknown when nobody has counted from the beginning',
      { ...initialState(0, 'r'), sources: [part(0, 10)] },
      null,
    ],
    ['is nothing at the end', sweep([{ candidates: 30 }]), 0],
    ['are the candidates that wait', sweep([{ candidates: 30 }], { candidates: candidates(12) }), 12],
    [
      'of a pass through activities is like what was: 100 of 1,000 ids, 2 pages, 40 candidates',
      sweep([{ candidates: 40 }], { sources: [part(0, 600), part(0, 300)] }),
      9 * 42,
    ],
    [
      'of a pass through elements is what comes of those that wait, and of those to come: 5 commands for each',
      sweep([{ elements: 100, activityPages: 25, candidates: 225 }], {
        sources: [part(0, 500)],
        chunks: [chunk(0, 50)],
      }),
      2 + 5 * 150,
    ],
    [
      'counts a chunk that is begun by half: 4 commands for each of 75 elements',
      sweep([{ elements: 100, activityPages: 30, candidates: 270 }], { chunks: [chunk(0, 50, 7)] }),
      4 * 25,
    ],
    [
      'takes elements of which nobody knows more for those of other passes',
      sweep([{ elements: 50, activityPages: 10, candidates: 90 }, { elements: 20 }], { chunks: [chunk(1, 20)] }),
      2 * 20,
    ],
    [
      'takes elements of a pass that is known for those of this pass',
      sweep(
        [
          { elements: 50, activityPages: 10, candidates: 90 },
          { elements: 100, activityPages: 25, candidates: 225 },
        ],
        { chunks: [chunk(1, 50)] },
      ),
      5 * 50,
    ],
    ['is unknown as long as no element was looked at', sweep([{ elements: 50 }], { chunks: [chunk(0, 50)] }), null],
    [
      'takes a pass that nobody has looked at for one like the others: 2 pages and 40 candidates',
      sweep([{ candidates: 40 }, { span: 0, pages: 0 }], { sources: [whole(1)] }),
      42,
    ],
    [
      'has facts about elements as well: 10 for 40 candidates so far',
      sweep([{ candidates: 60 }], { candidates: candidates(20) }, 10),
      25,
    ],
    ['is nothing where a pass has found nothing', sweep([{ pages: 0 }], { sources: [part(0, 900)] }), 0],
  ])('%s', (_, state, left) => {
    if (left === null) expect(workLeft(state)).toBeNull();
    else expect(workLeft(state)).toBeCloseTo(left);
  });
});

/** A sweep with nothing left but some candidates. */
const at = (asked: number, share: number | null, left: number): SweepState => {
  const state = sweep([{ candidates: 10 + left }], { candidates: candidates(left) });
  return { ...state, weighedCount: asked - PASS.pages, extent: { ...state.extent, asked, share } };
};

describe('the share of a sweep', () => {
  it('is unknown before the first answer, and stays what it was when nobody knows how much is left', () => {
    const start = initialState(2, 'r');
    const lost = { ...start, extent: { ...start.extent, asked: 900 } };

    expect(shareAfter(start, start)).toBeNull();
    expect(shareAfter(at(100, 0.5, 10), lost)).toBe(0.5);
  });

  it('is what was asked of all there is to ask', () => {
    expect(shareAfter(initialState(1, 'r'), at(12, null, 4))).toBe(0.75);
    expect(shareAfter(at(11, null, 5), at(12, null, 4))).toBe(0.75);
  });

  it('grows by the share of what is left that was asked', () => {
    expect(shareAfter(at(12, 0.5, 4), at(12, 0.5, 4))).toBe(0.5);
    expect(shareAfter(at(12, 0.5, 9), at(13, 0.5, 4))).toBe(0.6);
  });

  it('is never 1, however little is left', () => {
    expect(shareAfter(at(12, 0.5, 0), at(1e12, 0.5, 0))).toBeLessThan(1);
  });

  it('does not lose a digit when next to nothing was done', () => {
    const endless = sweep([{ span: 1e18, candidates: 40 }], { sources: [part(0, 1e18)] });
    const before = { ...endless, extent: { ...endless.extent, asked: endless.extent.asked - 1, share: 0.29 } };

    expect(shareAfter(before, endless)).toBe(0.29);
  });

  it('makes up on the way for what was estimated wrong', () => {
    const estimates = Array.from({ length: 100 }, (_, n) => ({ asked: 20 * (n + 1), left: 2_000 - 20 * (n + 1) }));
    const wrong = estimates.map(({ asked, left }, n) => ({ asked, left: n < 10 ? Math.round(left / 3) : left }));

    const shares = sharesOf(wrong);

    expect(shares[9]).toBeGreaterThan(0.2);
    expect(shares[49]).toBeLessThan(0.62);
    expect(shares[98]).toBeCloseTo(0.99);
  });

  it('never goes back, never says 1, and goes on whenever something was asked, whatever the estimates are', () => {
    const step = fc.record({ more: fc.integer({ min: 0, max: 500 }), left: fc.integer({ min: 0, max: 1_000 }) });

    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), (steps) => {
        const sums = sumsOf(steps.map(({ more }) => more));
        const shares = sharesOf(steps.map(({ left }, n) => ({ asked: sums[n] ?? 0, left })));
        for (const [n, share] of shares.entries()) {
          const before = shares[n - 1] ?? null;
          if (share === null) expect([before, steps[n]?.more]).toEqual([null, 0]);
          if (share === null) continue;
          expect(share).toBeLessThan(1);
          expect(share).toBeGreaterThanOrEqual(before ?? 0);
          if (before !== null && before < 0.999 && (steps[n]?.more ?? 0) > 0) expect(share).toBeGreaterThan(before);
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
        for (const [n, share] of sharesOf(exact).entries()) expect(share).toBeCloseTo((exact[n]?.asked ?? 0) / all, 4);
      }),
    );
  });
});

/** What there is after each of them. */
const sumsOf = (numbers: readonly number[]): number[] =>
  numbers.map((_, n) => numbers.slice(0, n + 1).reduce((sum, number) => sum + number, 0));

function sharesOf(estimates: readonly { readonly asked: number; readonly left: number }[]): (number | null)[] {
  let before: SweepState = initialState(1, 'r');
  return estimates.map(({ asked, left }) => {
    const after = at(asked, before.extent.share, left);
    const share = shareAfter(before, after);
    before = at(asked, share, left);
    return share;
  });
}
