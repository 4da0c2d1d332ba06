// How long grants are remembered, refreshed and waited for, and how much strangers may ask: the numbers of this room.

// ── Grants in the memory of a process (D§4) ──────────────────────────────────────────────────────────────────────────────

/** Portals of which a process remembers the grant, and as many unknown ones: some megabytes at most. */
export const MOST_CACHED_PORTALS = 1000;
/**
 * How long an unknown portal is remembered as unknown: a new installation is served soon, a stranger's flood costs little.
 */
export const UNKNOWN_PORTAL_MS = 30_000;
/** At most one read of the store per portal and token in this time because a sender's token did not match. */
export const RECHECK_INTERVAL_MS = 60_000;
/** Such reads per portal, whatever tokens are made up: five at once, and five more a minute. */
export const RECHECKS = { burst: 5, everyMs: 12_000 };
/**
 * Reads of Secrets Manager for portals that are not in the cache. More than the portals that a sandbox meets at its start,
 * and far from the rate that Secrets Manager grants the whole account.
 */
export const CACHE_MISSES = { burst: 20, everyMs: 1000 };

// ── Refreshing a grant (D§4) ─────────────────────────────────────────────────────────────────────────────────────────────

/** Longer than the OAuth client's time-out (10 s) and the writes after it: an owner that lives does not lose the lease. */
export const GRANT_LEASE_MS = 30_000;
/** How often, and for how long, a process looks whether another one has refreshed the grant. */
export const LEASE_POLL_MS = 250;
export const LEASE_WAIT_MS = 2_000;
/**
 * Tries to store a new pair of tokens, and the pause between two: the old pair is used up, so this one must not be lost.
 */
export const MOST_WRITES_OF_PAIR = 3;
export const WRITE_RETRY_MS = 250;

/**
 * Pauses between looks for another grant before a refused one counts as dead. Secrets Manager does not promise that a read
 * sees the latest write; it is seconds behind at most. No pause is longer than workers wait in their process (D§2).
 */
export const GRANT_LAG_PAUSES_MS = [0, 1_000, 1_900] as const;

// ── Portals that are not called for long (D§4) ───────────────────────────────────────────────────────────────────────────

/** Age at which the tokens of an idle portal are renewed. They live 180 days; a month is left for what may go wrong. */
export const RENEW_IDLE_DAYS = 150;
/** Portals whose grants are looked at concurrently: each costs a read of its secret. */
export const RENEWALS_AT_ONCE = 5;
/** A stopped portal or method is tried after 15 min, then after twice as long each time, up to 12 h (D§3). */
export const FIRST_PROBE_MS = 900_000;
export const LONGEST_PROBE_MS = 43_200_000;
