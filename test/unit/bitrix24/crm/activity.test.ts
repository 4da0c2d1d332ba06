import { describe, expect, test } from '@jest/globals';
import { activityOf, isOfTypes } from '../../../../lib/bitrix24/crm/activity.ts';

describe('activityOf', () => {
  test('reads a row, where all scalars are texts', () => {
    const row = { ID: '999', TYPE_ID: '4', PROVIDER_ID: 'CRM_EMAIL', COMPLETED: 'Y', RESPONSIBLE_ID: '7' };
    const times = { CREATED: '2026-11-24T10:00:00+03:00', LAST_UPDATED: '' };

    expect(activityOf({ ...row, ...times })).toEqual({
      id: 999,
      type: 'email',
      providerId: 'CRM_EMAIL',
      completed: true,
      responsibleId: 7,
      createdAt: Date.parse('2026-11-24T07:00:00Z'),
      updatedAt: null,
    });
  });

  test.each([
    [{ TYPE_ID: '2', PROVIDER_ID: 'VOXIMPLANT_CALL' }, 'call'],
    [{ TYPE_ID: '6', PROVIDER_ID: 'CRM_TODO' }, 'todo'],
    [{ TYPE_ID: '6', PROVIDER_ID: 'IMOPENLINES_SESSION' }, 'IMOPENLINES_SESSION'],
    [{}, ''],
  ])('gives %j the type %j', (fields, type) => {
    expect(activityOf({ ID: 1, ...fields })).toMatchObject({ type });
  });

  test.each([null, 'x', {}, { ID: '0' }, { ID: '-1' }, { ID: 'x' }, { ID: '1.5' }, { ID: '99999999999999999999' }])(
    'finds no activity in %j',
    (row) => {
      expect(activityOf(row)).toBeNull();
    },
  );
});

test.each([
  [[], true],
  [['call'], true],
  [['CALL'], true],
  [['voximplant_call'], true],
  [['email', 'call'], true],
  [['email'], false],
])('a call is of the types %j: %p', (types, expected) => {
  const call = activityOf({ ID: 1, TYPE_ID: '2', PROVIDER_ID: 'VOXIMPLANT_CALL' });

  expect(call !== null && isOfTypes(call, types)).toBe(expected);
});
