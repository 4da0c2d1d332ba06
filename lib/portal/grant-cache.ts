import { createHash } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { GrantStore, StoredGrant } from './grant-store.ts';
import { MOST_CACHED_PORTALS, RECHECK_INTERVAL_MS, RECHECKS, UNKNOWN_PORTAL_MS } from './policy.ts';
import { tokenBucket } from './token-bucket.ts';

/**
 * Grants in the memory of this process (D§4). Its size is bounded, and unknown portals are kept apart from known ones, so
 * that strangers push nobody out.
 */
export interface GrantCache {
  /** From memory, or from the store on a miss. Concurrent misses of one portal read the store once. */
  read(memberId: string): Promise<StoredGrant | null>;
  /** From the store, and remembered. */
  fresh(memberId: string): Promise<StoredGrant | null>;
  /** Remembers what a write has just stored. */
  keep(stored: StoredGrant): void;
  /** Forgets a portal, so that the next read asks the store. */
  forget(memberId: string): void;
  /**
   * Whether the store may be read because a sender's token did not match; counts it if so. Each token has a look of its own,
   * once a minute, as long as the portal's allowance lasts: the first call after a re-installation is not sent again (B§5.1).
   */
  tryRecheck(memberId: string, applicationToken: string): boolean;
}

type GrantReader = Pick<GrantStore, 'read'>;

export function grantCache(store: GrantReader, clock: Clock, mostPortals = MOST_CACHED_PORTALS): GrantCache {
  const known = boundedMap<StoredGrant>(mostPortals);
  const unknownUntil = boundedMap<number>(mostPortals);
  const pending = new Map<string, Promise<StoredGrant | null>>();

  const forget = (memberId: string): void => {
    known.delete(memberId);
    unknownUntil.delete(memberId);
  };
  const keep = (stored: StoredGrant): void => {
    unknownUntil.delete(stored.grant.memberId);
    known.set(stored.grant.memberId, stored);
  };
  const fresh = async (memberId: string): Promise<StoredGrant | null> => {
    const stored = await store.read(memberId);
    forget(memberId);
    if (stored === null) unknownUntil.set(memberId, clock.now() + UNKNOWN_PORTAL_MS);
    else keep(stored);
    return stored;
  };

  return {
    fresh,
    keep,
    forget,
    async read(memberId) {
      const stored = known.get(memberId);
      if (stored !== undefined) return stored;
      if ((unknownUntil.get(memberId) ?? 0) > clock.now()) return null;

      const asked = pending.get(memberId) ?? fresh(memberId).finally(() => pending.delete(memberId));
      pending.set(memberId, asked);
      return asked;
    },
    tryRecheck: oncePerToken(mostPortals, clock),
  };
}

function oncePerToken(mostPortals: number, clock: Clock): GrantCache['tryRecheck'] {
  const looked = boundedMap<number>(mostPortals);
  const allowances = boundedMap<() => boolean>(mostPortals);
  return (memberId, applicationToken) => {
    const key = `${memberId} ${createHash('sha256').update(applicationToken).digest('base64url')}`;
    if (clock.now() - (looked.get(key) ?? Number.NEGATIVE_INFINITY) < RECHECK_INTERVAL_MS) return false;
    const takeLook = allowances.get(memberId) ?? tokenBucket(RECHECKS, clock);
    allowances.set(memberId, takeLook);
    if (!takeLook()) return false;
    looked.set(key, clock.now());
    return true;
  };
}

/** The oldest entry goes when a new one does not fit. */
function boundedMap<Value>(most: number) {
  const entries = new Map<string, Value>();
  return {
    get: (key: string): Value | undefined => entries.get(key),
    delete: (key: string): boolean => entries.delete(key),
    set(key: string, value: Value): void {
      entries.delete(key);
      const oldest = entries.size >= most ? entries.keys().next().value : undefined;
      if (oldest !== undefined) entries.delete(oldest);
      entries.set(key, value);
    },
  };
}
