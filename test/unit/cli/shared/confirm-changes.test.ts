import { expect, test } from '@jest/globals';
import { confirmChanges } from '../../../../lib/cli/shared/confirm-changes.ts';
import { capturedOutput } from '../../../support/cli/captured-output.ts';
import { contextWith } from '../../../support/cli/context-with.ts';
import { person } from '../../../support/cli/fake-terminals.ts';

const WHAT = 'This unbinds';

test.each([
  ['ten bindings', 10, false],
  ['eleven bindings with --yes', 11, true],
  ['an unknown number with --yes', null, true],
])('%s are changed without a question', async (_, bindings, yes) => {
  const { terminal, questions } = person('no');

  expect(await confirmChanges({ what: WHAT, bindings, yes }, contextWith({}, { terminal }), capturedOutput().out)).toBe(
    true,
  );
  expect(questions).toEqual([]);
});

test.each([
  ['y', true],
  [' YES ', true],
  ['', false],
  ['yeah', false],
])('the answer "%s" means %s', async (answer, goesAhead) => {
  const { terminal, questions } = person(answer);
  const { out, stderr } = capturedOutput();

  expect(await confirmChanges({ what: WHAT, bindings: 11, yes: false }, contextWith({}, { terminal }), out)).toBe(
    goesAhead,
  );
  expect(questions).toEqual(['This unbinds: 11 bindings. Go ahead? [y/N] ']);
  expect(stderr()).toBe(goesAhead ? '' : 'Nothing was changed.\n');
});

test('a script is told to pass --yes', async () => {
  const { out, stderr } = capturedOutput();

  expect(await confirmChanges({ what: WHAT, bindings: null, yes: false }, contextWith({}), out)).toBe(false);
  expect(stderr()).toBe('This unbinds. Not interactive: pass --yes to confirm. Nothing was changed.\n');
});
