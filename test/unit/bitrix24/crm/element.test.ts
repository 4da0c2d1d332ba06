import { expect, test } from '@jest/globals';
import { elementKey, sameElement } from '../../../../lib/bitrix24/crm/element.ts';

test('an element is its type and its id', () => {
  const deal = { entityTypeId: 2, entityId: 123 };

  expect(elementKey(deal)).toBe('2:123');
  expect(sameElement(deal, { ...deal })).toBe(true);
  expect(sameElement(deal, { ...deal, entityId: 124 })).toBe(false);
  expect(sameElement(deal, { ...deal, entityTypeId: 21 })).toBe(false);
});
