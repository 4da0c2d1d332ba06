import { expect, test } from '@jest/globals';
import { durationText, parseDuration } from '../../../../lib/cli/terminal/parse-duration.ts';

test.each([
  ['0s', 0],
  ['500ms', 500],
  ['60s', 60_000],
  ['15m', 900_000],
  ['2h', 7_200_000],
  ['1d', 86_400_000],
])('%s is %d ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each(['', '60', 's', '1.5h', '-1s', '1 s', '1S', '1w', '1s2s'])('"%s" is not a duration', (text) => {
  expect(parseDuration(text)).toBeNull();
});

test.each(['0ms', '500ms', '90s', '15m', '2h', '1d'])('%s is written as it is read', (text) => {
  expect(durationText(parseDuration(text) ?? -1)).toBe(text);
});

test('a duration is written in the largest unit that is exact', () => {
  expect([60_000, 90_000, 86_400_000, 1_001].map(durationText)).toEqual(['1m', '90s', '1d', '1001ms']);
});
