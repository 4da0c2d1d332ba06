import type { UninstallIngress } from '../inbound/receive-uninstall.ts';
import type { GrantCache } from '../portal/grant-cache.ts';
import type { GrantStore } from '../portal/grant-store.ts';

/** Deletes a grant, or takes that back. Either way this process forgets what it remembers of it. */
export const grantRemoval = (
  store: Pick<GrantStore, 'remove' | 'restore'>,
  grants: Pick<GrantCache, 'forget'>,
): Pick<UninstallIngress, 'forgetGrant' | 'restoreGrant'> => ({
  async forgetGrant(memberId) {
    await store.remove(memberId);
    grants.forget(memberId);
  },
  async restoreGrant(memberId) {
    await store.restore(memberId);
    grants.forget(memberId);
  },
});
