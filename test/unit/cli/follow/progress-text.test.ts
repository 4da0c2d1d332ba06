import { describe, expect, test } from '@jest/globals';
import { progressTexts, type Reading, recent } from '../../../../lib/cli/follow/progress-text.ts';
import type { RunStatus } from '../../../../lib/cli/follow/run-status.ts';

const reading = (at: number, progress: Partial<RunStatus>, found: number | null = null): Reading => ({
  at,
  progress: {
    share: (progress.done ?? 0) / (progress.total ?? 1_000),
    run: 'r',
    kind: 'apply',
    phase: 'running',
    status: 'running',
    ended: null,
    since: null,
    endedAt: null,
    counts: {},
    done: 0,
    total: 1000,
    code: null,
    ...progress,
  },
  found,
});

/** A plan that is being made. */
const making = (at: number, share: number | null, done = 0, found = 0): Reading =>
  reading(at, { kind: 'plan', total: null, share, done }, found);

describe('the text of the progress', () => {
  test.each([
    ['has no rate at first', [reading(0, { counts: { unbound: 3 }, done: 3 })], '3/1,000  3 unbound'],
    [
      'has counts, rate and what is left',
      [reading(0, { done: 100 }), reading(10_000, { counts: { unbound: 380, skipped: 20, refused: 0 }, done: 400 })],
      '400/1,000  380 unbound, 20 skipped  30/s  20 s left',
    ],
    [
      'has a decimal place when it is slow',
      [reading(0, { done: 0 }), reading(20_000, { done: 10 })],
      '10/1,000  nothing  0.5/s  33 min left',
    ],
    [
      'counts in hours when it takes long',
      [reading(0, { total: 100_000 }), reading(10_000, { done: 100, total: 100_000 })],
      '100/100,000  nothing  10/s  2 h 47 min left',
    ],
    [
      'of a plan says how much was checked and found',
      [making(0, null), making(2_000, null, 5_000, 1_234)],
      '5,000 activities checked, 1,234 bindings found  2,500/s',
    ],
    [
      'of a plan says what is left as soon as its progress grows',
      [making(0, null), making(1_000, 0.1, 10), making(2_000, 0.1, 10), making(5_000, 0.2, 50, 7)],
      '50 activities checked, 7 bindings found  10/s  32 s left',
    ],
    [
      'subtracts the time since the progress last grew',
      [making(0, 0.1, 10), making(5_000, 0.2, 50), making(10_000, 0.2, 50, 7)],
      '50 activities checked, 7 bindings found  4.0/s  35 s left',
    ],
    [
      'has at least a second left until it is completed',
      [making(0, 0.5, 10), making(2_000, 0.99, 50), making(10_000, 0.99, 50, 7)],
      '50 activities checked, 7 bindings found  4.0/s  1 s left',
    ],
    [
      'of a run that is being stopped says so',
      [reading(0, { phase: 'stopping', done: 1 })],
      'stopping  1/1,000  nothing',
    ],
    ['of a waiting run says what it waits for', [reading(0, { phase: 'queued' })], 'waiting for its turn'],
  ])('%s', (_, readings, text) => {
    expect(progressTexts(readings)[0]).toBe(text);
  });

  test('comes at decreasing lengths, the time left being dropped last', () => {
    const plan = progressTexts([making(0, 0.1, 10), making(5_000, 0.2, 50, 7)]);
    const apply = progressTexts([
      reading(0, {}),
      reading(10_000, { counts: { unbound: 380, skipped: 20 }, done: 400 }),
    ]);
    const sweep = progressTexts([reading(0, { kind: 'sweep', total: null, counts: { unbound: 3 }, share: null })]);

    expect(plan).toEqual([
      '50 activities checked, 7 bindings found  8.0/s  40 s left',
      '50 checked, 7 found  8.0/s  40 s left',
      '7 found  8.0/s  40 s left',
      '7 found  40 s left',
      '40 s left',
    ]);
    expect(apply).toEqual([
      '400/1,000  380 unbound, 20 skipped  40/s  15 s left',
      '400/1,000  380 unbound, 20 skipped  15 s left',
      '400/1,000  40/s  15 s left',
      '400/1,000  15 s left',
      '15 s left',
    ]);
    expect(new Set(sweep)).toEqual(new Set(['3 unbound']));
  });

  test('follows the rate of the last minute', () => {
    const readings = [reading(0, {}), reading(30_000, { done: 600 }), reading(100_000, { done: 640 })];

    const kept = recent(readings, 100_000);

    expect(kept.map(({ at }) => at)).toEqual([100_000]);
    expect(recent(readings, 80_000)).toHaveLength(2);
  });
});
