import { describe, expect, it } from '@jest/globals';
import { deal, SEED } from '../../../support/simulator/bindings-seed.ts';
import { employee, portalFixture } from '../../../support/simulator/portal-fixture.ts';

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

  it('refuses an activity that does not exist', async () => {
    const refusal = await portalFixture(SEED).refusal('crm.activity.binding.list', { activityId: 5 });

    expect(refusal.code).toBe('NOT_FOUND');
  });
});
