import { expect, test } from '@jest/globals';
import { closestWord } from '../../../../lib/cli/terminal/closest-word.ts';

test.each([
  ['emial', 'email'],
  ['CALLS', 'call'],
  ['tsk', 'task'],
  ['x', null],
  ['fax', null],
  ['', null],
])('"%s" was meant as %s', (text, meant) => {
  expect(closestWord(text, ['call', 'email', 'task'])).toBe(meant);
});

test('there is no closest word among none', () => {
  expect(closestWord('email', [])).toBeNull();
});
