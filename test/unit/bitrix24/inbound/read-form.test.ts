import { describe, expect, test } from '@jest/globals';
import { readForm } from '../../../../lib/bitrix24/inbound/read-form.ts';

const TYPE = 'application/x-www-form-urlencoded';
const read = (body: string | Uint8Array, type: string | undefined = TYPE) =>
  readForm(typeof body === 'string' ? Buffer.from(body) : body, type);
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('readForm', () => {
  test.each([
    ['a=1&b=two+words', { a: '1', b: 'two words' }],
    ['a%5Bb%5D%5Bc%5D=1&a%5bb%5d[d]=2', { a: { b: { c: '1', d: '2' } } }],
    ['ids[]=7&ids[]=8', { ids: { '0': '7', '1': '8' } }],
    ['ids[0]=7&ids[1]=8', { ids: { '0': '7', '1': '8' } }],
    ['a=1&a=2', { a: '2' }],
    ['a', { a: '' }],
    ['a=b[c]=d', { a: 'b[c]=d' }],
    ['a=%5B%5B%5B%5B%5B%5B%5B%5B', { a: '[[[[[[[[' }],
    ['n=%D0%94%D0%B5%D0%BB%D0%BE', { n: 'Дело' }],
    ['t=a%7Cb%257C', { t: 'a|b%7C' }],
    ['', {}],
    ['&&a=1&', { a: '1' }],
    ['a[b][c][d][e][f][g]=1', { a: { b: { c: { d: { e: { f: { g: '1' } } } } } } }],
    ['hasOwnProperty=1&toString=2', { hasOwnProperty: '1', toString: '2' }],
  ])('reads %s', (body, form) => {
    const reading = read(body);

    expect(plain(reading)).toEqual({ kind: 'form', form });
  });

  test.each(['application/x-www-form-urlencoded; charset=UTF-8', 'Application/X-WWW-Form-Urlencoded;charset=utf-8'])(
    'accepts the content type %s',
    (type) => {
      expect(read('a=1', type).kind).toBe('form');
    },
  );

  test.each([
    ['another content type', '{}', 'application/json', 'content_type'],
    ['a content type that only starts alike', 'a=1', `${TYPE}x`, 'content_type'],
    ['seven brackets', 'a[1][2][3][4][5][6][7]=1', TYPE, 'too_deep'],
    ['__proto__ as a name', '__proto__=1', TYPE, 'forbidden_name'],
    ['__proto__ in brackets', 'a[__proto__][b]=1', TYPE, 'forbidden_name'],
    ['an encoded __proto__', 'a[%5F_proto__][b]=1', TYPE, 'forbidden_name'],
    ['constructor', 'constructor[prototype][x]=1', TYPE, 'forbidden_name'],
    ['prototype', 'a[prototype]=1', TYPE, 'forbidden_name'],
    ['an open bracket', 'a[b=1', TYPE, 'broken_brackets'],
    ['a closing bracket alone', 'a]=1', TYPE, 'broken_brackets'],
    ['text behind a bracket', 'a[b]c=1', TYPE, 'broken_brackets'],
    ['nested brackets', 'a[b[c]]=1', TYPE, 'broken_brackets'],
    ['a bracket first', '[a]=1', TYPE, 'broken_brackets'],
    ['no name', '=1', TYPE, 'broken_brackets'],
    ['a percent sign that encodes nothing', 'a=%zz', TYPE, 'encoding'],
    ['percent-encoded bytes that are not UTF-8', 'a=%C3%28', TYPE, 'encoding'],
    ['a text that is also a group', 'a=1&a[b]=2', TYPE, 'conflicting_names'],
    ['a group that is also a text', 'a[b]=2&a=1', TYPE, 'conflicting_names'],
    ['501 pairs', Array.from({ length: 501 }, (_, i) => `a${i}=1`).join('&'), TYPE, 'too_many_pairs'],
    ['a body over 64 KiB', `a=${'x'.repeat(64 * 1024 - 1)}`, TYPE, 'too_large'],
  ])('rejects %s', (_, body, type, reason) => {
    expect(read(body, type)).toEqual({ kind: 'rejected', reason });
  });

  test('rejects a missing content type', () => {
    expect(readForm(Buffer.from('a=1'), undefined)).toEqual({ kind: 'rejected', reason: 'content_type' });
  });

  test('rejects raw bytes that are not UTF-8', () => {
    expect(read(Uint8Array.from([0x61, 0x3d, 0xff]))).toEqual({ kind: 'rejected', reason: 'encoding' });
  });

  test('accepts 500 pairs and exactly 64 KiB', () => {
    expect(read(Array.from({ length: 500 }, (_, i) => `a${i}=1`).join('&')).kind).toBe('form');
    expect(read(`a=${'x'.repeat(64 * 1024 - 2)}`).kind).toBe('form');
  });

  test('leaves the prototypes of the process alone', () => {
    read('a[__proto__][polluted]=1&__proto__[polluted]=1');

    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  test.each([
    ['brackets', '['.repeat(65_000)],
    ['closed brackets', 'a[]'.repeat(20_000)],
    ['ampersands', '&'.repeat(65_000)],
    ['one long name', 'a'.repeat(65_000)],
    ['appended items', Array.from({ length: 500 }, () => 'a[]=1').join('&')],
  ])('reads a hostile body of %s quickly', (_, body) => {
    const started = performance.now();

    read(body);

    expect(performance.now() - started).toBeLessThan(200);
  });
});
