import type { Clock } from '../clock.ts';
import type { GrantCache } from './grant-cache.ts';
import type { StoredGrant } from './grant-store.ts';
import { GRANT_LAG_PAUSES_MS } from './policy.ts';

/**
 * The grant that was stored in place of this version (null: of none) since it was read. null: there is none, also when looked
 * for a few times, as a read may lag behind a write.
 */
export async function replacementOf(
  { grants, memberId, clock }: { readonly grants: GrantCache; readonly memberId: string; readonly clock: Clock },
  version: string | null,
): Promise<StoredGrant | null> {
  for (const pause of GRANT_LAG_PAUSES_MS) {
    if (pause > 0) await clock.sleep(pause);
    const stored = await grants.fresh(memberId);
    if (stored !== null && stored.version !== version) return stored;
  }
  return null;
}
