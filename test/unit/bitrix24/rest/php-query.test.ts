import { expect, test } from '@jest/globals';
import { phpQuery } from '../../../../lib/bitrix24/rest/php-query.ts';

test.each([
  [{}, ''],
  [{ id: 1 }, 'id=1'],
  [{ a: true, b: false, c: null }, 'a=1&b=0&c='],
  [{ fields: { TITLE: 'x & y' }, ids: [5, 6] }, 'fields%5BTITLE%5D=x%20%26%20y&ids%5B0%5D=5&ids%5B1%5D=6'],
  [
    { filter: { '>ID': 3, BINDINGS: [{ OWNER_ID: 1 }] } },
    'filter%5B%3EID%5D=3&filter%5BBINDINGS%5D%5B0%5D%5BOWNER_ID%5D=1',
  ],
  [{ empty: [], group: {}, last: 1 }, 'last=1'],
  [{ cut: 'a\ud83d' }, 'cut=a%EF%BF%BD'],
])('writes %j as PHP reads it', (params, query) => {
  expect(phpQuery(params)).toBe(query);
});
