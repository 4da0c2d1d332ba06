import { expect, test } from '@jest/globals';
import { NO_STAGES, type StageDirectory } from '../../../../lib/cleanup/rules/stage-directory.ts';
import { activitiesOf, queriesOf, sourcePage } from '../../../../lib/cleanup/sweep/sweep-queries.ts';
import { daysAgo, NOW, of, prepareRules } from '../../../support/cleanup/decide.ts';

const directory: StageDirectory = {
  ...NO_STAGES,
  codesOf: (typeId, stages) => (typeId === 7 ? stages.map((stage) => `Q_${stage}`) : []),
};
const prepare = (...rules: readonly object[]) =>
  prepareRules(...rules.map((rule, index) => ({ ...rule, name: `r${index}` })));

test('rules are grouped by type, and by whether the portal can filter elements by them', () => {
  const rules = prepare(
    of({ stage: 'failed' }),
    of({}, { completed: true }),
    of({ stage: 'success', pipelines: { include: [1] } }),
    of({ alsoBoundTo: ['contact'] }),
    of({ missing: true }, {}, 'quote'),
  );

  expect(
    queriesOf(rules).map(({ by, element, rules: own }) => [by, element, own.map(({ rule }) => rule.name)]),
  ).toEqual([
    ['elements', 2, ['r0', 'r2']],
    ['activities', 2, ['r1', 'r3']],
    ['activities', 7, ['r4']],
  ]);
});

const cutOff = (days: number): string => new Date(daysAgo(days)).toISOString();
const closed = (days: number) => of({ stage: 'failed', closedForDays: days });

test.each<[string, object[], object]>([
  ['a stage', [of({ stage: 'failed' })], { '@stageSemanticId': ['F'] }],
  [
    'the stages of several rules',
    [of({ stage: ['success', 'failed'] }), of({ stage: 'failed' })],
    { '@stageSemanticId': ['S', 'F'] },
  ],
  ['a rule for every stage', [of({ stage: 'failed' }), of({ pipelines: { include: [1] } })], {}],
  ['stages by their codes', [of({ stage: 'failed' }, {}, 'quote')], { '@stageId': ['Q_failed'] }],
  ['a type without stages', [of({ stage: 'failed' }, {}, 'dynamic_147')], { '@stageId': ['-'] }],
  ['the shortest closing', [closed(30), closed(7)], { '@stageSemanticId': ['F'], '<=movedTime': cutOff(7) }],
  [
    'pipelines and users of one rule',
    [of({ pipelines: { include: [1] }, responsible: { exclude: [2] } })],
    { '@categoryId': [1], '!@assignedById': [2] },
  ],
  ['pipelines of several rules', [of({ pipelines: { include: [1] } }), of({ pipelines: { include: [2] } })], {}],
])('elements are filtered by %s', (_, rules, filter) => {
  const [query] = queriesOf(prepare(...rules));
  if (query === undefined) throw new Error('there is no query');

  const { method, params } = sourcePage(query, { above: 0 }, directory, NOW);

  expect([method, params.filter]).toEqual(['crm.item.list', { ...filter, '>id': 0 }]);
});

test('a query by activities lists those bound to any element of its type', () => {
  const [query] = queriesOf(prepare(of({}, { completed: true })));
  if (query === undefined) throw new Error('there is no query');

  expect(sourcePage(query, { above: 3, below: 9 }, directory, NOW)).toMatchObject({
    method: 'crm.activity.list',
    params: { filter: { COMPLETED: 'Y', BINDINGS: [{ OWNER_TYPE_ID: 2 }], '>ID': 3, '<ID': 9 } },
  });
});

test('the activities of elements are listed together', () => {
  const [query] = queriesOf(prepare(of({ stage: 'failed' })));
  if (query === undefined) throw new Error('there is no query');

  expect(activitiesOf(query, [5, 6], 7, NOW).params.filter).toEqual({
    BINDINGS: [
      { OWNER_TYPE_ID: 2, OWNER_ID: 5 },
      { OWNER_TYPE_ID: 2, OWNER_ID: 6 },
    ],
    '>ID': 7,
  });
});
