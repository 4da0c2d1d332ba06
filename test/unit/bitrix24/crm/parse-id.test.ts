import { expect, test } from '@jest/globals';
import { parseId } from '../../../../lib/bitrix24/crm/parse-id.ts';

test.each([
  [1, 1],
  ['999', 999],
  [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
])('%j is an id', (value, id) => {
  expect(parseId(value)).toBe(id);
});

test.each([
  0,
  -1,
  1.5,
  Number.NaN,
  '',
  '0',
  '01',
  '1.0',
  '1e3',
  '0x1',
  ' 1',
  '1\n',
  '٣',
  '9007199254740992',
  null,
  undefined,
  [1],
  {},
])('%j is not an id', (value) => {
  expect(parseId(value)).toBeNull();
});
