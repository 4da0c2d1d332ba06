import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { locateJsonError } from '../../../../lib/cli/rules/locate-json-error.ts';

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

test.each([
  ['[{"a": 1,}]', 1, 10, 'there is an extra comma before "}"'],
  ['[\n  1,\n]', 3, 1, 'there is an extra comma before "]"'],
  ['[\n  {"a": 1}\n  {"b": 2}\n]', 3, 3, 'a comma or "]" is missing before this'],
  ['{"a" 1}', 1, 6, 'a colon is missing before this'],
  ['[\n  // mine\n  1]', 2, 3, 'comments are not allowed in JSON'],
  ["['a']", 1, 2, 'texts and names must be in double quotes: "…"'],
  ['[{“a”: 1}]', 1, 3, 'texts and names must be in double quotes: "…"'],
  ['[{a: 1}]', 1, 3, 'the name of a field, in double quotes, is expected here'],
  ['{"a": failed}', 1, 7, 'a value is expected here: a number, true, false, null, "…", […] or {…}'],
  ['{"a":}', 1, 6, 'a value is expected here: a number, true, false, null, "…", […] or {…}'],
  ['["a\nb"]', 1, 2, 'this text is not closed on its line, or has an invalid "\\"'],
  ['[{"a": 1}', 1, 10, 'the text ends before its last "]"'],
  ['[1]]', 1, 4, 'the JSON ends before this'],
])('%j is wrong in line %i, column %i: %s', (text, line, column, problem) => {
  expect(locateJsonError(text)).toEqual({ line, column, problem });
});

test('finds an error in exactly those texts that JSON.parse refuses', () => {
  const pieces = [
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"a"',
    '"',
    '\\',
    '1',
    '-0.5e3',
    '01',
    'true',
    'nul',
    ' ',
    '\n',
    "'",
    '/',
  ];
  const text = fc.oneof(
    fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((parts) => parts.join('')),
    fc.json(),
    fc.tuple(fc.json(), fc.nat(), fc.constantFrom(...pieces)).map(([json, at, piece]) => {
      const cut = at % (json.length + 1);
      return json.slice(0, cut) + piece + json.slice(cut + 1);
    }),
  );

  fc.assert(
    fc.property(text, (any) => {
      expect(locateJsonError(any) === null).toBe(isJson(any));
    }),
    { numRuns: 2_000 },
  );
});
