import { expect, test } from '@jest/globals';
import {
  activitiesBoundTo,
  activitiesById,
  isFullPage,
  readActivities,
} from '../../../../lib/bitrix24/crm/activity-list.ts';
import { PAGE_SIZE } from '../../../../lib/bitrix24/limits.ts';

test('lists are read by id, without a count, so that unbinding meanwhile skips no row', () => {
  expect(activitiesBoundTo({ entityTypeId: 2, entityId: 123 }, 50)).toMatchObject({
    method: 'crm.activity.list',
    params: {
      filter: { BINDINGS: [{ OWNER_TYPE_ID: 2, OWNER_ID: 123 }], '>ID': 50 },
      order: { ID: 'ASC' },
      start: -1,
    },
  });
  expect(activitiesById([1, 2])).toMatchObject({
    params: { filter: { '@ID': [1, 2] }, order: { ID: 'ASC' }, start: -1 },
  });
});

test('rows that cannot be read are skipped', () => {
  expect(readActivities([{ ID: '1' }, {}, null, { ID: '2' }]).map(({ id }) => id)).toEqual([1, 2]);
  expect(readActivities({ ID: '1' })).toEqual([]);
});

test.each([
  [PAGE_SIZE, true],
  [PAGE_SIZE - 1, false],
  [0, false],
])('a page of %d rows is full: %p', (rows, full) => {
  expect(isFullPage(Array.from({ length: rows }))).toBe(full);
  expect(isFullPage(null)).toBe(false);
});
