import type { Clock } from '../clock.ts';
import type { GrantStore } from './grant-store.ts';
import { tokenBucket } from './token-bucket.ts';

export type RateLimitDeps = {
  readonly store: Pick<GrantStore, 'read'>;
  /** Whether the portal has a row of its own; asked of DynamoDB, which is cheap and has room for any number of reads. */
  readonly isListed: (memberId: string) => Promise<boolean>;
  readonly clock: Clock;
};

/** More than the portals that a sandbox meets at its start, and far from what Secrets Manager grants the whole account. */
const MISSES = { burst: 20, everyMs: 1000 };

/**
 * The grants for those who verify senders. A stranger with ever new member ids gets past every memory of unknown portals
 * (D§4), so misses have an allowance:
 *
 *   left over   any name is looked for in Secrets Manager: the usual case, at no extra request
 *   used up     only a portal that has a row is; strangers cost one small read of DynamoDB, and no installed portal is refused
 */
export function rateLimitedGrantStore({ store, isListed, clock }: RateLimitDeps): Pick<GrantStore, 'read'> {
  const mayMiss = tokenBucket(MISSES, clock);
  return {
    async read(memberId) {
      return mayMiss() || (await isListed(memberId)) ? await store.read(memberId) : null;
    },
  };
}
