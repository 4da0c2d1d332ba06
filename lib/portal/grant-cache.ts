import type { Clock } from '../clock.ts';
import type { GrantStore, StoredGrant } from './grant-store.ts';

/** Grants in the memory of this process (D§4). Bounded, and unknown portals apart from known ones: strangers displace nobody. */
export interface GrantCache {
  /** From memory, or from the store on a miss. Simultaneous misses of one portal ask once. */
  read(memberId: string): Promise<StoredGrant | null>;
  /** From the store. */
  fresh(memberId: string): Promise<StoredGrant | null>;
  /** Keeps what a write has just stored. */
  keep(stored: StoredGrant): void;
  /** Forgets a portal, so that the next read asks the store. */
  forget(memberId: string): void;
  /** True at most once per portal and minute: whether the store may be asked because a sender's token did not match. */
  mayRecheck(memberId: string, now: number): boolean;
}

const UNKNOWN_MS = 30_000;
const RECHECK_MS = 60_000;

export function grantCache(store: Pick<GrantStore, 'read'>, clock: Clock, mostPortals = 1000): GrantCache {
  const known = boundedMap<StoredGrant>(mostPortals);
  const unknownUntil = boundedMap<number>(mostPortals);
  const rechecked = boundedMap<number>(mostPortals);
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
    if (stored === null) unknownUntil.set(memberId, clock.now() + UNKNOWN_MS);
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
    mayRecheck(memberId, now) {
      if (now - (rechecked.get(memberId) ?? Number.NEGATIVE_INFINITY) < RECHECK_MS) return false;
      rechecked.set(memberId, now);
      return true;
    },
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
