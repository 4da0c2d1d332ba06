import { expect, test } from '@jest/globals';
import { codeOfEnd, endOfCode } from '../../../../lib/cleanup/runs/run-end-codes.ts';

test.each([
  ['stopped', 'STOPPED'],
  ['time_limit', 'TIME_IS_UP'],
  ['rules_changed', 'RULES_CHANGED'],
  ['plan_gone', 'PLAN_NOT_FOUND'],
  ['checkpoint_lost', 'PLACE_GONE'],
] as const)('a run that ended as %s leaves its job with the code %s, and back', (why, code) => {
  expect(codeOfEnd(why)).toBe(code);
  expect(endOfCode(code)).toBe(why);
});

test.each(['completed', 'unreadable'] as const)('%s has no code of its own', (why) => {
  expect(codeOfEnd(why)).toBeNull();
});

test.each(['ACCESS_DENIED', 'stopped', 'toString', ''])('%p is no code of an end', (code) => {
  expect(endOfCode(code)).toBeNull();
});
