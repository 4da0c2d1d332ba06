import { expect, test } from '@jest/globals';
import { leavesBindingsBehind } from '../../../../lib/bitrix24/crm/leaves-bindings-behind.ts';

test.each([
  ['a quote', 7, true],
  ['a deal', 2, false],
  ['a smart process', 1032, false],
])('%s leaves its bindings behind: %p', (_, entityTypeId, expected) => {
  expect(leavesBindingsBehind({ entityTypeId })).toBe(expected);
});
