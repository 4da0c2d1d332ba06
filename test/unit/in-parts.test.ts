import { expect, test } from '@jest/globals';
import { inParts } from '../../lib/in-parts.ts';

test.each([
  [[], 2, []],
  [[1], 2, [[1]]],
  [[1, 2], 2, [[1, 2]]],
  [[1, 2, 3], 2, [[1, 2], [3]]],
])('%j in parts of %d is %j', (all, size, parts) => {
  expect(inParts<number>(all, size)).toEqual(parts);
});
