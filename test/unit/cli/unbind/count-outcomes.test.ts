import { expect, test } from '@jest/globals';
import { countColumns, countOutcomes } from '../../../../lib/cli/unbind/count-outcomes.ts';
import { listed } from '../../../support/cli/context-with.ts';
import { outcome } from '../../../support/cli/run-samples.ts';

test('outcomes are counted by the value of a field, the most frequent first', async () => {
  const outcomes = listed(
    outcome(1, { status: 'failed', code: 'NO_ANSWER' }),
    outcome(2),
    outcome(3),
    outcome(4, { rule: 'lost-deals' }),
  );

  expect(await countOutcomes(outcomes, 'status')).toEqual([
    { status: 'unbound', count: 3 },
    { status: 'failed', count: 1 },
  ]);
});

test('a field that is absent counts as null', async () => {
  expect(await countOutcomes(listed(outcome(1), outcome(2, { rule: 'lost-deals' }), outcome(3)), 'rule')).toEqual([
    { rule: null, count: 2 },
    { rule: 'lost-deals', count: 1 },
  ]);
  expect(countColumns('rule').map(({ text }) => text({ rule: null, count: 1_000 }))).toEqual(['1,000', '']);
});
