import { expect, test } from '@jest/globals';
import { parseDuration } from '../../../../lib/cli/terminal/parse-duration.ts';

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

test.each(['', '60', 's', '1.5h', '-1s', '1 s', '1S', '1w', '1s2s'])('"%s" is no duration', (text) => {
  expect(parseDuration(text)).toBeNull();
});
