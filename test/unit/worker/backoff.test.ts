import { expect, it } from '@jest/globals';
import { backoffMs } from '../../../lib/worker/backoff.ts';

it.each([
  [0, 0.5, 500],
  [1, 0.5, 1_000],
  [3, 1, 8_000],
  [9, 0.999, 511_488],
  [10, 0.5, 300_000],
  [12, 1, 600_000],
  [100, 0, 0],
])('after %d attempts, with the random number %d, the pause is %d ms', (attempts, random, ms) => {
  expect(backoffMs(attempts, random)).toBe(ms);
});
