import { expect, test } from '@jest/globals';
import { expiresAt } from '../../../lib/aws/expires-at.ts';

test.each([
  [0, 1, 86_400],
  [1_500, 2, 172_802],
])('%d ms and %d days later is %d s', (fromMs, days, seconds) => {
  expect(expiresAt(fromMs, days)).toBe(seconds);
});
