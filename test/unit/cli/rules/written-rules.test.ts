import { expect, test } from '@jest/globals';
import { BUILT_IN_RULES, writtenRules } from '../../../../lib/cli/rules/written-rules.ts';

const storing = (rules: string | null) => ({ readRules: async () => rules });

test('a portal without rules of its own has the built-in ones', async () => {
  expect(await writtenRules('acme', storing(null))).toEqual({ rules: BUILT_IN_RULES, own: false, others: [] });
});

test('rules are returned as they were written, beside the built-in ones of other names', async () => {
  const [first, ...others] = BUILT_IN_RULES;
  const mine = [{ name: first?.name, note: 'kept' }];

  expect(await writtenRules('acme', storing(JSON.stringify(mine)))).toEqual({ rules: mine, own: true, others });
});
