import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { progressLine } from '../../../lib/cli/progress-line.ts';
import { progressText, type Reading, recent, shareOf } from '../../../lib/cli/progress-text.ts';
import type { RunStanding } from '../../../lib/cli/run-standing.ts';

const reading = (at: number, progress: Partial<RunStanding>, found: number | null = null): Reading => ({
  at,
  progress: {
    run: 'r',
    kind: 'apply',
    phase: 'running',
    status: 'running',
    counts: {},
    done: 0,
    total: 1000,
    code: null,
    ...progress,
  },
  found,
});

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
      [reading(0, { kind: 'plan', total: null }), reading(2_000, { kind: 'plan', total: null, done: 5_000 }, 1_234)],
      '5,000 activities looked at, 1,234 bindings found  2,500/s',
    ],
    ['of a run that is to end says so', [reading(0, { phase: 'stopping', done: 1 })], 'stopping  1/1,000  nothing'],
    ['of a run that waits says for what', [reading(0, { phase: 'queued' })], 'waits for its turn'],
  ])('%s', (_, readings, text) => {
    expect(progressText(readings)).toBe(text);
  });

  test('follows the pace of the last minute', () => {
    const readings = [reading(0, {}), reading(30_000, { done: 600 }), reading(100_000, { done: 640 })];

    const kept = recent(readings, 100_000);

    expect(kept.map(({ at }) => at)).toEqual([100_000]);
    expect(recent(readings, 80_000)).toHaveLength(2);
  });

  test.each([
    [{ done: 250 }, 0.25],
    [{ done: 1_200 }, 1],
    [{ total: 0 }, 1],
    [{ total: null }, null],
  ])('knows the share of %j', (progress, share) => {
    expect(shareOf(reading(0, progress))).toBe(share);
  });
});

function screen() {
  const written: string[] = [];
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  stream.on('data', (text) => written.push(String(text)));
  return { stream, text: () => stripVTControlCharacters(written.join('')), written };
}

describe('the line of a progress', () => {
  test('has a bar when it is known how much there is', () => {
    const { stream, text } = screen();
    const line = progressLine(stream, 'applying');

    line.show(0.25, '250/1,000');
    line.clear();

    expect(text()).toContain('applying  █████░░░░░░░░░░░░░░░  25%  250/1,000');
  });

  test('has none when nobody knows', () => {
    const { stream, text } = screen();
    const line = progressLine(stream, 'planning');

    line.show(null, '12 activities looked at');
    line.clear();

    expect(text()).toContain('planning  12 activities looked at');
    expect(text()).not.toMatch(/[█░%]/);
  });

  test('is taken away, with the cursor as it was, and shows the latest state when it was changed meanwhile', () => {
    const { stream, text, written } = screen();
    const line = progressLine(stream, 'applying');

    line.show(0.1, 'first');
    line.show(0.2, 'second');
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
      line.show(0.5, 'half');
      line.clear();
    }).not.toThrow();
  });
});
