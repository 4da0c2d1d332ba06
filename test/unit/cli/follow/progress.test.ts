import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { progressLine } from '../../../../lib/cli/follow/progress-line.ts';
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

describe('the text of a progress', () => {
  test.each([
    ['has no rate at first', [reading(0, { counts: { unbound: 3 }, done: 3 })], '3/1,000  3 unbound'],
    [
      'has counts, rate and what is left',
      [reading(0, { done: 100 }), reading(10_000, { counts: { unbound: 380, skipped: 20, refused: 0 }, done: 400 })],
      '400/1,000  380 unbound, 20 skipped  30/s  20 s left',
    ],
    [
      'is exact when it is slow',
      [reading(0, { done: 0 }), reading(20_000, { done: 10 })],
      '10/1,000  nothing  0.5/s  33 min left',
    ],
    [
      'counts in hours when it takes long',
      [reading(0, { total: 100_000 }), reading(10_000, { done: 100, total: 100_000 })],
      '100/100,000  nothing  10/s  2 h 47 min left',
    ],
    [
      'of a plan tells what was looked at and found',
      [making(0, null), making(2_000, null, 5_000, 1_234)],
      '5,000 activities looked at, 1,234 bindings found  2,500/s',
    ],
    [
      'of a plan tells what is left as soon as its share grows',
      [making(0, null), making(1_000, 0.1, 10), making(2_000, 0.1, 10), making(5_000, 0.2, 50, 7)],
      '50 activities looked at, 7 bindings found  10/s  32 s left',
    ],
    [
      'takes off what has gone by since the share grew',
      [making(0, 0.1, 10), making(5_000, 0.2, 50), making(10_000, 0.2, 50, 7)],
      '50 activities looked at, 7 bindings found  4.0/s  35 s left',
    ],
    [
      'has a second left as long as it is not through',
      [making(0, 0.5, 10), making(2_000, 0.99, 50), making(10_000, 0.99, 50, 7)],
      '50 activities looked at, 7 bindings found  4.0/s  1 s left',
    ],
    ['of a run that is to end says so', [reading(0, { phase: 'stopping', done: 1 })], 'stopping  1/1,000  nothing'],
    ['of a run that waits says for what', [reading(0, { phase: 'queued' })], 'waits for its turn'],
  ])('%s', (_, readings, text) => {
    expect(progressTexts(readings)[0]).toBe(text);
  });

  test('comes ever shorter, and tells last what is left', () => {
    const plan = progressTexts([making(0, 0.1, 10), making(5_000, 0.2, 50, 7)]);
    const apply = progressTexts([
      reading(0, {}),
      reading(10_000, { counts: { unbound: 380, skipped: 20 }, done: 400 }),
    ]);
    const sweep = progressTexts([reading(0, { kind: 'sweep', total: null, counts: { unbound: 3 }, share: null })]);

    expect(plan).toEqual([
      '50 activities looked at, 7 bindings found  8.0/s  40 s left',
      '50 looked at, 7 found  8.0/s  40 s left',
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

  test('follows the pace of the last minute', () => {
    const readings = [reading(0, {}), reading(30_000, { done: 600 }), reading(100_000, { done: 640 })];

    const kept = recent(readings, 100_000);

    expect(kept.map(({ at }) => at)).toEqual([100_000]);
    expect(recent(readings, 80_000)).toHaveLength(2);
  });
});

function screen(columns = 80) {
  const written: string[] = [];
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns });
  stream.on('data', (text) => written.push(String(text)));
  return { stream, text: () => stripVTControlCharacters(written.join('')), written };
}

describe('the line of a progress', () => {
  test('has a bar when it is known how much there is', () => {
    const { stream, text } = screen();
    const line = progressLine(stream, 'applying');

    line.show(0.25, ['250/1,000']);
    line.clear();

    expect(text()).toContain('applying  █████░░░░░░░░░░░░░░░  25%  250/1,000');
  });

  test('has none when nobody knows', () => {
    const { stream, text } = screen();
    const line = progressLine(stream, 'planning');

    line.show(null, ['12 activities looked at']);
    line.clear();

    expect(text()).toContain('planning  12 activities looked at');
    expect(text()).not.toMatch(/[█░%]/);
  });

  test.each([
    [100, 'planning  ████████░░░░░░░░░░░░  43%  1,234 looked at, 56 found  3 min left'],
    [72, 'planning  ████░░░░░░  43%  1,234 looked at, 56 found  3 min left'],
    [60, 'planning  ████████░░░░░░░░░░░░  43%  56 found  3 min left'],
    [50, 'planning  ████░░░░░░  43%  56 found  3 min left'],
    [40, 'planning  ████░░░░░░  43%  3 min left'],
    [30, 'planning  43%  3 min left'],
    [10, 'planning  '],
  ])('fits %i columns', (columns, shown) => {
    const { stream, text } = screen(columns);
    const line = progressLine(stream, 'planning');

    line.show(0.4321, ['1,234 looked at, 56 found  3 min left', '56 found  3 min left', '3 min left']);

    expect(text()).toBe(shown);
    line.clear();
  });

  test('does not say that all is done as long as something is not', () => {
    const { stream, text } = screen();
    const line = progressLine(stream, 'planning');

    line.show(0.9999, ['almost']);
    line.clear();

    expect(text()).toContain('█░  99%  almost');
  });

  test('is taken away, with the cursor as it was, and shows the latest state when it was changed meanwhile', () => {
    const { stream, text, written } = screen();
    const line = progressLine(stream, 'applying');

    line.show(0.1, ['first']);
    line.show(0.2, ['second']);
    line.clear();
    line.clear();

    expect(text()).toContain('20%  second');
    const [, end = ''] = written.join('').split('second');
    expect(end).toContain('\u001b[?25h');
    expect(end.endsWith('\u001b[2K')).toBe(true);
  });

  test('is drawn nowhere without a terminal', () => {
    const line = progressLine(null, 'applying');

    expect(() => {
      line.show(0.5, ['half']);
      line.clear();
    }).not.toThrow();
  });
});
