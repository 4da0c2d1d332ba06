import { expect, test } from '@jest/globals';
import type { PlanItem } from '../../../../lib/cleanup/runs/plan-store.ts';
import { type ItemFilter, planItems } from '../../../../lib/cli/cleanup/plan-items.ts';

/** Deals under one rule, contacts under another; one activity has two of them. */
const ITEMS: readonly PlanItem[] = Array.from({ length: 2_500 }, (_, index) => ({
  activityId: Math.floor(index / 2),
  element: { entityTypeId: index % 2 === 0 ? 2 : 3, entityId: index },
  rule: index % 2 === 0 ? 'deals' : 'contacts',
}));

const plans = {
  page: async (_portal: string, _id: string, from: number, limit: number) => ({
    items: ITEMS.slice(from, from + limit),
    next: from + limit < ITEMS.length ? from + limit : null,
  }),
};

const found = (filter: ItemFilter, items = ITEMS.length) =>
  Array.fromAsync(planItems({ portal: 'acme', plan: { id: 'p', items }, filter }, { stores: { plans } }));

test('of all pages are found, in the order of the plan', async () => {
  const all = await found({});

  expect(all.map(({ entityId }) => entityId)).toEqual(ITEMS.map(({ element }) => element.entityId));
  expect(all[3]).toEqual({ portal: 'acme', plan: 'p', activityId: 1, entityTypeId: 3, entityId: 3, rule: 'contacts' });
});

test.each([0, 7, 1_000, 1_001])('are no more than the %i that the plan counts', async (count) => {
  expect((await found({}, count)).map(({ entityId }) => entityId)).toEqual(
    ITEMS.slice(0, count).map(({ element }) => element.entityId),
  );
});

test.each<[string, ItemFilter, number[]]>([
  ['an activity', { activity: 1_200 }, [2_400, 2_401]],
  ['an element', { element: { entityTypeId: 3, entityId: 2_001 } }, [2_001]],
  ['a rule and an activity', { rule: ['contacts'], activity: 7 }, [15]],
  ['a type and an activity', { type: 2, activity: 7 }, [14]],
  ['what is not there', { rule: ['leads'] }, []],
])('are narrowed by %s', async (_, filter, ids) => {
  expect((await found(filter)).map(({ entityId }) => entityId)).toEqual(ids);
});
