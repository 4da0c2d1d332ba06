import type { Clock } from '../clock.ts';
import type { GrantStore } from './grant-store.ts';
import { CACHE_MISSES } from './policy.ts';
import { tokenBucket } from './token-bucket.ts';

export type RateLimitDeps = {
  readonly store: Pick<GrantStore, 'read'>;
  /** Whether the portal has a row: asked of DynamoDB, which is cheap and bears any number of reads. */
  readonly isListed: (memberId: string) => Promise<boolean>;
  readonly clock: Clock;
};

/**
 * The grants for verifying senders. A stranger who makes up ever new member ids gets past any cache of unknown portals
 * (D§4), so a token bucket limits what is read from Secrets Manager:
 *
 *   a token is left   the grant is read: the usual case, without any other request
 *   none is left      it is read only if the portal has a row. A stranger costs one small read of DynamoDB, and no installed
 *                     portal is refused.
 */
export function rateLimitedGrantStore({ store, isListed, clock }: RateLimitDeps): Pick<GrantStore, 'read'> {
  const takeToken = tokenBucket(CACHE_MISSES, clock);
  return {
    async read(memberId) {
      return takeToken() || (await isListed(memberId)) ? await store.read(memberId) : null;
    },
  };
}
