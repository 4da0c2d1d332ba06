import { describe, expect, it } from '@jest/globals';
import { deal, SEED } from '../../../support/simulator/bindings-seed.ts';
import { admin, employee, portalFixture } from '../../../support/simulator/portal-fixture.ts';

describe('crm.activity.binding.add', () => {
  it('puts the binding at the end and makes it the owner', async () => {
    const portal = portalFixture(SEED);

    await portal.call('crm.activity.binding.add', { activityId: 1000, entityTypeId: 2, entityId: 2 });

    expect(portal.bindings(1000)).toEqual(['2:1', '2:2']);
    expect(portal.crm.activities.get(1000)).toMatchObject({ ownerTypeId: 2, ownerId: 2 });
    expect(portal.changes).toEqual([
      { kind: 'binding_added', data: { activityId: 1000, entityTypeId: 2, entityId: 2 } },
    ]);
  });

  it.each([
    ['what is bound already', { activityId: 999, ...deal }, 'ACTIVITY_IS_ALREADY_BOUND', admin()],
    ['an activity that does not exist', { activityId: 5, ...deal }, 'NOT_FOUND', admin()],
    [
      'an entity that the caller may not edit',
      { activityId: 999, entityTypeId: 2, entityId: 2 },
      'ACCESS_DENIED',
      employee(),
    ],
    [
      'an activity of which the caller sees nothing',
      { activityId: 1003, entityTypeId: 1, entityId: 7 },
      'ACCESS_DENIED',
      employee(8),
    ],
  ])('refuses %s', async (_, params, code, caller) => {
    const activities = [...SEED.activities, { id: 1003, bindings: ['contact:5'] }];
    const portal = portalFixture({ ...SEED, activities, leads: [{ id: 7 }] });

    expect((await portal.refusal('crm.activity.binding.add', params, caller)).code).toBe(code);
  });

  it('silently trims a list of more than 100 bindings', async () => {
    const bindings = Array.from({ length: 100 }, (_, n) => `contact:${n + 1}`);
    const portal = portalFixture({ deals: [{ id: 1 }], activities: [{ id: 999, bindings }] });

    const result = await portal.call('crm.activity.binding.add', { activityId: 999, ...deal });

    expect(result).toBe(true);
    expect(portal.bindings(999)).not.toContain('2:1');
    expect(portal.changes).toEqual([]);
  });
});
