import { describe, expect, it } from '@jest/globals';
import { MethodError } from '../../../portal/method.ts';
import { admin, employee, portalFixture } from './portal-fixture.ts';

const SEED = {
  users: [
    { id: 7, editable: ['deal:1', 'contact'] },
    { id: 8, readable: ['deal:1'], editable: ['lead'] },
    { id: 9, isExtranet: true },
  ],
  smartProcesses: [
    { entityTypeId: 147 },
    { entityTypeId: 1032, state: 'deleted' },
    { entityTypeId: 150, state: 'locked' },
  ],
  deals: [{ id: 2 }],
  activities: [
    { id: 999, bindings: ['deal:1', 'contact:5', 'quote:9'] },
    { id: 1000, bindings: ['deal:1'] },
    { id: 1001, bindings: ['deal:1', '1032:4'] },
    { id: 1002, bindings: ['deal:1', '150:4'] },
  ],
  gone: ['quote:9'],
};

const deal = { entityTypeId: 2, entityId: 1 };

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

  it('removes the binding, says so in the ledger and raises ONCRMACTIVITYUPDATE', async () => {
    const portal = portalFixture(SEED);

    const result = await portal.call('crm.activity.binding.delete', { activityId: '999', ...deal }, employee());

    expect(result).toBe(true);
    expect(portal.bindings(999)).toEqual(['3:5', '7:9']);
    expect(portal.changes).toEqual([{ kind: 'binding_removed', data: { activityId: 999, ...deal } }]);
    expect(portal.emitted).toEqual([{ event: 'ONCRMACTIVITYUPDATE', data: { FIELDS: { ID: 999 } }, userId: 7 }]);
  });

  it('removes the binding to an element that is gone, for an admin', async () => {
    const portal = portalFixture(SEED);

    await portal.call('crm.activity.binding.delete', { activityId: 999, entityTypeId: 7, entityId: 9 });

    expect(portal.bindings(999)).toEqual(['2:1', '3:5']);
  });

  it('counts bindings that the caller cannot see when it looks for the last one', async () => {
    const portal = portalFixture(SEED);

    await portal.call('crm.activity.binding.delete', { activityId: 1001, ...deal });

    expect(portal.bindings(1001)).toEqual(['1032:4']);
    expect(await portal.call('crm.activity.binding.list', { activityId: 1001 })).toEqual([]);
  });

  it('touches LAST_UPDATED and EDITOR_ID', async () => {
    const portal = portalFixture(SEED);
    portal.clock.time += 60_000;

    await portal.call('crm.activity.binding.delete', { activityId: 999, ...deal }, employee());

    expect(await portal.call('crm.activity.get', { id: 999 })).toMatchObject({
      LAST_UPDATED: '2026-11-24T15:01:00+03:00',
      EDITOR_ID: '7',
    });
  });

  it.each([
    ['the only binding left', ['deal:1', 'contact:5'], 'deal:1', ['3', '5']],
    [
      'the last one that is neither contact nor company',
      ['lead:7', 'deal:1', 'contact:5', 'quote:3'],
      'quote:3',
      ['2', '1'],
    ],
    ['another one even when a non-owner goes', ['deal:1', 'lead:7', 'contact:5'], 'contact:5', ['1', '7']],
    ['the first when only contacts and companies are left', ['company:4', 'contact:5', 'deal:1'], 'deal:1', ['4', '4']],
  ])('makes owner %s', async (_, bindings, removed, owner) => {
    const portal = portalFixture({ activities: [{ id: 999, owner: 'deal:1', bindings }] });
    const [entityTypeId, entityId] = { 'deal:1': [2, 1], 'quote:3': [7, 3], 'contact:5': [3, 5] }[removed] ?? [];

    await portal.call('crm.activity.binding.delete', { activityId: 999, entityTypeId, entityId });

    const activity = await portal.call('crm.activity.get', { id: 999 });
    expect(activity).toMatchObject({ OWNER_TYPE_ID: owner[0], OWNER_ID: owner[1] });
  });
});

describe('crm.activity.binding.list', () => {
  it('shows numbers, and only what the caller may read', async () => {
    const portal = portalFixture(SEED);
    const params = { activityId: 999 };

    expect(await portal.call('crm.activity.binding.list', params, employee(8))).toEqual([deal]);
    expect(await portal.call('crm.activity.binding.list', params)).toEqual([
      deal,
      { entityTypeId: 3, entityId: 5 },
      { entityTypeId: 7, entityId: 9 },
    ]);
  });

  it('misses an activity that does not exist', async () => {
    const refusal = await portalFixture(SEED).refusal('crm.activity.binding.list', { activityId: 5 });

    expect(refusal.code).toBe('NOT_FOUND');
  });
});

describe('crm.activity.binding.add', () => {
  it('puts the binding at the end and makes it the owner', async () => {
    const portal = portalFixture(SEED);

    await portal.call('crm.activity.binding.add', { activityId: 1000, entityTypeId: 2, entityId: 2 });

    expect(portal.bindings(1000)).toEqual(['2:1', '2:2']);
    expect(portal.world.activities.get(1000)).toMatchObject({ ownerTypeId: 2, ownerId: 2 });
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

  it('trims a list of more than 100 bindings without a word', async () => {
    const bindings = Array.from({ length: 100 }, (_, n) => `contact:${n + 1}`);
    const portal = portalFixture({ deals: [{ id: 1 }], activities: [{ id: 999, bindings }] });

    const result = await portal.call('crm.activity.binding.add', { activityId: 999, ...deal });

    expect(result).toBe(true);
    expect(portal.bindings(999)).not.toContain('2:1');
    expect(portal.changes).toEqual([]);
  });
});

describe('crm.activity.binding.move', () => {
  const move = (source: readonly [number, number], target: readonly [number, number], activityId = 999): object => ({
    activityId,
    sourceEntityTypeId: source[0],
    sourceEntityId: source[1],
    targetEntityTypeId: target[0],
    targetEntityId: target[1],
  });

  it('puts the target in the place of the source', async () => {
    const portal = portalFixture(SEED);

    await portal.call('crm.activity.binding.move', { ...move([2, 1], [2, 2]) });

    expect(portal.bindings(999)).toEqual(['3:5', '7:9', '2:2']);
  });

  it.each([
    ['equal ids, before unequal types', move([2, 5], [3, 5]), 'SOURCE_AND_TARGET_ENTITY_ID_ARE_EQUAL_ERROR'],
    ['unequal types', move([2, 1], [3, 5]), 'SOURCE_AND_TARGET_ENTITY_TYPES_ARE_NOT_EQUAL_ERROR'],
    ['a target that is bound, before a source that is not', move([2, 2], [2, 1]), 'ACTIVITY_IS_ALREADY_BOUND'],
    ['a source that is not bound', move([2, 3], [2, 2]), 'BINDING_NOT_FOUND'],
    ['a type nobody may edit', move([1032, 1], [1032, 2]), 'ACCESS_DENIED'],
    ['an activity that does not exist', move([2, 1], [2, 2], 5), 'NOT_FOUND'],
  ])('refuses %s', async (_, params, code) => {
    expect((await portalFixture(SEED).refusal('crm.activity.binding.move', { ...params })).code).toBe(code);
  });

  it('answers "0" for unequal types when asked to do as the source does', async () => {
    const portal = portalFixture({ ...SEED, quirks: { moveErrorsWithoutCode: true } });

    expect((await portal.refusal('crm.activity.binding.move', { ...move([2, 1], [3, 5]) })).code).toBe('0');
  });
});

describe('an extranet user', () => {
  it.each([
    ['crm.activity.binding.list'],
    ['crm.activity.binding.add'],
    ['crm.activity.binding.delete'],
    ['crm.activity.binding.move'],
    ['crm.item.get'],
    ['crm.item.list'],
  ])('is turned away from %s before the parameters are looked at', async (method) => {
    const refusal = await portalFixture(SEED).refusal(method, {}, employee(9));

    expect([refusal.code, refusal.status]).toEqual(['allowed_only_intranet_user', 403]);
  });
});

describe('an error of the activity layer', () => {
  it('stays for the next binding command of the same request, if the portal is told so', async () => {
    const portal = portalFixture({ ...SEED, quirks: { staleActivityErrors: true } });
    const request = admin();
    await expect(portal.call('crm.activity.get', { id: 5 }, request)).rejects.toBeInstanceOf(MethodError);

    const inTheSame = await portal.refusal('crm.activity.binding.delete', { activityId: 999, ...deal }, request);
    const inAnother = await portal.call('crm.activity.binding.delete', { activityId: 999, ...deal }, admin());

    expect([inTheSame.code, inAnother]).toEqual(['0', true]);
  });
});
