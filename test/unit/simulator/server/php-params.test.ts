import { expect, test } from '@jest/globals';
import { parsePhpQuery } from '../../../../lib/simulator/server/php-params.ts';

test.each([
  ['a=1&b=', { a: '1', b: '' }],
  ['a', { a: '' }],
  ['a=1&a=2', { a: '2' }],
  ['a=1=2', { a: '1=2' }],
  ['', {}],
  ['&&a=1&', { a: '1' }],
  ['=1&[x]=2', {}],
  ['a+b.c=1', { a_b_c: '1' }],
  ['a[b.c d]=1', { a: { 'b.c d': '1' } }],
  ['a[b=1', { a_b: '1' }],
  ['a[b]tail=1', { a: { b: '1' } }],
  ['a[]=1&a[]=2', { a: ['1', '2'] }],
  ['a[5]=1&a[]=2', { a: { 5: '1', 6: '2' } }],
  ['a[1]=x&a[0]=y', { a: { 1: 'x', 0: 'y' } }],
  ['a=1&a[b]=2', { a: { b: '2' } }],
  ['a[b]=2&a=1', { a: '1' }],
  ['a[][b]=1&a[][b]=2', { a: [{ b: '1' }, { b: '2' }] }],
  ['filter%5B%3EID%5D=5', { filter: { '>ID': '5' } }],
  ['a=%D1%84%20x+y', { a: 'ф x y' }],
  ['a=100%', { a: '100%' }],
])('reads %j as PHP does', (query, expected) => {
  expect(parsePhpQuery(query)).toEqual(expected);
});

test('treats a key named like a prototype as any other key', () => {
  const params = parsePhpQuery('a[__proto__][x]=1&__proto__=2');

  expect(Object.keys(params)).toEqual(['a', '__proto__']);
  expect(Object.keys(Object(params.a))).toEqual(['__proto__']);
  expect(Reflect.get({}, 'x')).toBeUndefined();
});
