import { expect, test } from '@jest/globals';
import { DEFAULT_RULES } from '../../../../lib/cleanup/rules/default-rules.ts';
import { portalRules, selectRules, unknownRule } from '../../../../lib/cli/rules/select-rules.ts';
import { capturedOutput } from '../../../support/cli/captured-output.ts';
import { contextWith } from '../../../support/cli/context-with.ts';

const RULES = [
  { name: 'lost', element: 'deal', when: { stage: 'failed' } },
  { name: 'old', element: 'lead', activities: { olderThanDays: 90 }, enabled: false },
];

const contextOf = (stored: string | null) => contextWith({ portals: { readRules: async () => stored } });
const select = (names: readonly string[], stored: string | null = JSON.stringify(RULES)) =>
  selectRules('acme', names, contextOf(stored), capturedOutput({ stage: 'prod' }).out);

test('a portal without rules of its own has the built-in ones', async () => {
  expect((await portalRules('acme', contextOf(null)))?.map(({ name }) => name)).toEqual(
    DEFAULT_RULES.map(({ name }) => name),
  );
  expect(await portalRules('acme', contextOf('[{"name": 1}]'))).toBeNull();
});

test('without names the enabled rules are selected, with names those, enabled or not', async () => {
  expect(await select([])).toMatchObject({ kind: 'selected', rules: [{ name: 'lost' }] });
  expect(await select(['old'])).toMatchObject({ kind: 'selected', rules: [{ name: 'old', enabled: true }] });
});

test.each([
  ['no enabled rule', [], null, 'rules enable NAME --portal acme'],
  ['an unknown rule', ['lots'], JSON.stringify(RULES), 'Did you mean lost?'],
  ['rules that cannot be read', [], '{}', 'rules set FILE --portal acme'],
])('%s is a problem, with what to do', async (_, names, stored, advice) => {
  expect(await select(names, stored)).toMatchObject({ kind: 'problem', text: expect.stringContaining(advice) });
});

test('an unknown rule is reported with the known ones', () => {
  expect(unknownRule('x', ['lost', 'old'])).toBe('There is no rule x. Known rules: lost, old');
  expect(unknownRule('x', [])).toBe('There is no rule x. Known rules: none');
});
