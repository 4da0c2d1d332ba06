import { describe, expect, it } from '@jest/globals';
import { deal, SEED } from '../../../support/simulator/bindings-seed.ts';
import { admin, employee, portalFixture } from '../../../support/simulator/portal-fixture.ts';

describe('crm.activity.binding.delete', () => {
  const cases: readonly (readonly [string, object, string, string, ReturnType<typeof admin>])[] = [
    ['names the missing activityId', {}, '100', 'Could not find value for parameter {activityId}', admin()],
    [
      'names the missing entityTypeId',
      { activityId: 999 },
      '100',
      'Could not find value for parameter {entityTypeId}',
      admin(),
    ],
    [
      'names the missing entityId',
      { activityId: 999, entityTypeId: 2 },
      '100',
      'Could not find value for parameter {entityId}',
      admin(),
    ],
    [
      'refuses a value of another type',
      { activityId: 'x', entityTypeId: 2, entityId: 1 },
      '100',
      'Invalid value {x} to match with parameter {activityId}. Should be value of type int.',
      admin(),
    ],
    [
      'refuses a fraction',
      { activityId: 999, entityTypeId: 2, entityId: 1.5 },
      '100',
      'Invalid value {1.5} to match with parameter {entityId}. Should be value of type int.',
      admin(),
    ],
    [
      'takes parameter names as they are written',
      { activityid: 999, entityTypeId: 2, entityId: 1 },
      '100',
      'Could not find value for parameter {activityId}',
      admin(),
    ],
    [
      'checks the parameters before the activity',
      { activityId: 5, entityTypeId: 2 },
      '100',
      'Could not find value for parameter {entityId}',
      admin(),
    ],
    [
      'misses the activity before it looks at rights',
      { activityId: 5, entityTypeId: 2, entityId: 2 },
      'NOT_FOUND',
      'Element not found',
      employee(),
    ],
    [
      'wants the right to edit before it looks for the binding',
      { activityId: 999, entityTypeId: 2, entityId: 2 },
      'ACCESS_DENIED',
      'Access denied',
      employee(),
    ],
    [
      'wants that right of who may only read',
      { activityId: 999, ...deal },
      'ACCESS_DENIED',
      'Access denied',
      employee(8),
    ],
    [
      'denies a missing entity to who is no admin',
      { activityId: 999, entityTypeId: 3, entityId: 77 },
      'ACCESS_DENIED',
      'Access denied',
      employee(),
    ],
    [
      'lets an admin pass for a missing entity',
      { activityId: 999, entityTypeId: 3, entityId: 77 },
      'BINDING_NOT_FOUND',
      'The activity is not bound to this item',
      admin(),
    ],
    [
      'denies a deleted smart process to everyone',
      { activityId: 1001, entityTypeId: 1032, entityId: 4 },
      'ACCESS_DENIED',
      'Access denied',
      admin(),
    ],
    [
      'denies a locked smart process to everyone',
      { activityId: 1002, entityTypeId: 150, entityId: 4 },
      'ACCESS_DENIED',
      'Access denied',
      admin(),
    ],
    [
      'denies a type that does not exist',
      { activityId: 999, entityTypeId: 9999, entityId: 4 },
      'ACCESS_DENIED',
      'Access denied',
      admin(),
    ],
    [
      'misses the binding before it counts',
      { activityId: 1000, entityTypeId: 2, entityId: 2 },
      'BINDING_NOT_FOUND',
      'The activity is not bound to this item',
      admin(),
    ],
    [
      'keeps the last binding',
      { activityId: 1000, ...deal },
      'LAST_BINDING_CANNOT_BE_DELETED',
      'The last binding of an activity cannot be deleted',
      admin(),
    ],
  ];

  it.each(cases)('%s', async (_, params, code, description, caller) => {
    const portal = portalFixture(SEED);

    const refusal = await portal.refusal('crm.activity.binding.delete', { ...params }, caller);

    expect([refusal.code, refusal.message, refusal.status]).toEqual([code, description, 400]);
    expect([portal.changes, portal.emitted]).toEqual([[], []]);
  });
});
