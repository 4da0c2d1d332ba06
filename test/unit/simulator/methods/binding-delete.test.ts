import { describe, expect, it } from '@jest/globals';
import { MethodError } from '../../../../lib/simulator/method.ts';
import { deal, SEED } from '../../../support/simulator/bindings-seed.ts';
import { admin, employee, portalFixture } from '../../../support/simulator/portal-fixture.ts';

describe('crm.activity.binding.delete', () => {
  it('removes the binding, records it in the ledger and raises ONCRMACTIVITYUPDATE', async () => {
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

describe('an error of the activity layer', () => {
  it('affects the next binding command of the same request, if so configured', async () => {
    const portal = portalFixture({ ...SEED, quirks: { staleActivityErrors: true } });
    const request = admin();
    await expect(portal.call('crm.activity.get', { id: 5 }, request)).rejects.toBeInstanceOf(MethodError);

    const inTheSame = await portal.refusal('crm.activity.binding.delete', { activityId: 999, ...deal }, request);
    const inAnother = await portal.call('crm.activity.binding.delete', { activityId: 999, ...deal }, admin());

    expect([inTheSame.code, inAnother]).toEqual(['0', true]);
  });
});
