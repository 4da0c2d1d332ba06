import { expect, test } from '@jest/globals';
import { activityFilter, activityPage, elementPage } from '../../../../lib/cleanup/rules/list-calls.ts';
import { daysAgo, NOW, of, prepareRules } from '../../../support/cleanup/decide.ts';

const cutOff = (days: number): string => new Date(daysAgo(days)).toISOString();

test.each<[string, object[], object]>([
  ['no rule', [], {}],
  ['one rule', [{ completed: true, olderThanDays: 30 }], { COMPLETED: 'Y', '<=CREATED': cutOff(30) }],
  ['rules that agree', [{ completed: false }, { completed: false }], { COMPLETED: 'N' }],
  ['rules that differ', [{ completed: true }, { completed: false }], {}],
  ['a rule without the condition', [{ completed: true }, {}], {}],
  ['the youngest of two ages', [{ olderThanDays: 30 }, { olderThanDays: 7 }], { '<=CREATED': cutOff(7) }],
  ['a rule for every age', [{ olderThanDays: 30 }, {}], {}],
  ['types and users', [{ types: ['call'], responsible: { include: [1] } }], {}],
])('activities are filtered for %s', (_, activities, filter) => {
  const rules = prepareRules(...activities.map((one, index) => ({ ...of({}, one), name: `r${index}` })));

  expect(
    activityFilter(
      rules.map(({ rule }) => rule),
      NOW,
    ),
  ).toEqual(filter);
});

test.each([
  [{ above: 7 }, { '>id': 7 }, 'ASC'],
  [{ above: 7, below: 9 }, { '>id': 7, '<id': 9 }, 'ASC'],
  [{ above: 0, backwards: true }, { '>id': 0 }, 'DESC'],
])('a page of elements between ids: %j', (window, filter, order) => {
  expect(elementPage(2, { a: 1 }, window)).toMatchObject({
    method: 'crm.item.list',
    params: { entityTypeId: 2, filter: { a: 1, ...filter }, order: { id: order }, start: -1 },
  });
});

test('a page of activities of elements, or of all elements of a type', () => {
  const page = activityPage([{ entityTypeId: 2, entityId: 5 }, { entityTypeId: 3 }], { COMPLETED: 'Y' }, { above: 4 });

  expect(page).toMatchObject({
    method: 'crm.activity.list',
    params: {
      filter: {
        COMPLETED: 'Y',
        BINDINGS: [{ OWNER_TYPE_ID: 2, OWNER_ID: 5 }, { OWNER_TYPE_ID: 3 }],
        '>ID': 4,
      },
      order: { ID: 'ASC' },
    },
  });
});
