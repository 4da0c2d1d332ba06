import { describe, expect, it } from '@jest/globals';
import { SEED } from '../../../support/simulator/bindings-seed.ts';
import { employee, portalFixture } from '../../../support/simulator/portal-fixture.ts';

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
