import { expect, test } from '@jest/globals';
import { parseRulesJson } from '../../../../lib/cli/rules/parse-rules-json.ts';

const LOST = { name: 'lost', element: 'deal', when: { stage: 'failed' } };

test('accepts a list, a single rule, or one rule per line', () => {
  const value = [{ name: 'a' }, { name: 'b' }];

  expect(parseRulesJson(JSON.stringify(value))).toEqual({ kind: 'json', value });
  expect(parseRulesJson('{"name": "a"}')).toEqual({ kind: 'json', value: [{ name: 'a' }] });
  expect(parseRulesJson('{"name": "a"}\n{"name": "b"}\n')).toEqual({ kind: 'json', value });
});

test.each([
  ['an empty file', ' \n', 'The text is empty. A list of rules is expected: [{"name": …, "element": …}, …]'],
  ['an extra comma', '[\n  {"name": "a",}\n]', 'Line 2, column 16: there is an extra comma before "}"'],
  [
    'a mistake in one of the lines',
    `${JSON.stringify(LOST)}\n\n{"name": "b" "element": "deal"}`,
    'Line 3, column 14: a comma or "}" is missing before this',
  ],
  [
    'an object around the list',
    JSON.stringify({ rules: [LOST] }),
    'A list of rules is expected: [{"name": …, "element": …}, …], without {"rules": …} around it',
  ],
])('tells in one sentence what is wrong with %s, and where', (_, text, problem) => {
  expect(parseRulesJson(text)).toEqual({ kind: 'problem', problem });
});
