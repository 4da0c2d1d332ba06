import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { progressLine } from '../../../../lib/cli/follow/progress-line.ts';

function screen(columns = 80) {
  const written: string[] = [];
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns });
  stream.on('data', (text) => written.push(String(text)));
  return { stream, text: () => stripVTControlCharacters(written.join('')), written };
}

describe('the progress line', () => {
  test('has a bar when the progress is known', () => {
    const { stream, text } = screen();
    const line = progressLine(stream, 'applying');

    line.show(0.25, ['250/1,000']);
    line.clear();

    expect(text()).toContain('applying  █████░░░░░░░░░░░░░░░  25%  250/1,000');
  });

  test('has no bar when the progress is unknown', () => {
    const { stream, text } = screen();
    const line = progressLine(stream, 'planning');

    line.show(null, ['12 activities checked']);
    line.clear();

    expect(text()).toContain('planning  12 activities checked');
    expect(text()).not.toMatch(/[█░%]/);
  });

  test.each([
    [100, 'planning  ████████░░░░░░░░░░░░  43%  1,234 checked, 56 found  3 min left'],
    [70, 'planning  ████░░░░░░  43%  1,234 checked, 56 found  3 min left'],
    [60, 'planning  ████████░░░░░░░░░░░░  43%  56 found  3 min left'],
    [50, 'planning  ████░░░░░░  43%  56 found  3 min left'],
    [40, 'planning  ████░░░░░░  43%  3 min left'],
    [30, 'planning  43%  3 min left'],
    [10, 'planning  '],
  ])('fits %i columns', (columns, shown) => {
    const { stream, text } = screen(columns);
    const line = progressLine(stream, 'planning');

    line.show(0.4321, ['1,234 checked, 56 found  3 min left', '56 found  3 min left', '3 min left']);

    expect(text()).toBe(shown);
    line.clear();
  });

  test('does not show a full bar before everything is done', () => {
    const { stream, text } = screen();
    const line = progressLine(stream, 'planning');

    line.show(0.9999, ['almost']);
    line.clear();

    expect(text()).toContain('█░  99%  almost');
  });

  test('is removed with its latest state, and the cursor comes back', () => {
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
