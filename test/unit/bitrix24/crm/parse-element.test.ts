import { describe, expect, test } from '@jest/globals';
import { elementName, parseElement } from '../../../../lib/bitrix24/crm/parse-element.ts';

describe('parseElement', () => {
  test.each([
    ['deal:1', 2, 1],
    ['2:1', 2, 1],
    ['DEAL_1', 2, 1],
    ['D_1', 2, 1],
    [' Deal:1 ', 2, 1],
    ['L_7', 1, 7],
    ['C_7', 3, 7],
    ['CO_7', 4, 7],
    ['quote:7', 7, 7],
    ['SI_3', 31, 3],
    ['SMART_INVOICE_3', 31, 3],
    ['smart_b2e_doc:3', 39, 3],
    ['DYNAMIC_147_1', 147, 1],
    ['dynamic_1032:4', 1032, 4],
    ['T93_1', 147, 1],
    ['t80:5', 128, 5],
    ['6:1', 6, 1],
    ['2:9007199254740991', 2, 9007199254740991],
  ])('reads %s', (text, entityTypeId, entityId) => {
    expect(parseElement(text)).toEqual({ entityTypeId, entityId });
  });

  test.each([
    '',
    'deal',
    'deal:',
    'deal:0',
    'deal:01',
    'deal:-1',
    'deal:1.5',
    'deal:1e3',
    'deal:9007199254740993',
    'deal:99999999999999999',
    'deal:1:2',
    'deal 1',
    'dael:1',
    '2_1',
    '0:1',
    'DYNAMIC_2_1',
    'DYNAMIC_192_1',
    'T2_1',
    'deal:1\nx',
    'toString:1',
    '__proto___1',
  ])('rejects %j', (text) => {
    expect(parseElement(text)).toBeNull();
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8, 14, 31, 36, 39, 128, 147, 191, 192, 1032])(
    'reads the name it gives to type %d',
    (entityTypeId) => {
      const element = { entityTypeId, entityId: 12 };

      expect(parseElement(elementName(element))).toEqual(element);
    },
  );

  test('names a deal as the command line does', () => {
    expect(elementName({ entityTypeId: 2, entityId: 1 })).toBe('deal:1');
  });
});
