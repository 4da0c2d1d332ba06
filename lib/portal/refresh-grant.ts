import { endpointProblem } from '../bitrix24/rest/check-endpoint.ts';
import type { OauthClient, Refreshed } from '../bitrix24/rest/oauth-client.ts';
import type { Clock } from '../clock.ts';
import type { OauthGrant } from './grant.ts';
import type { GrantCache } from './grant-cache.ts';
import type { GrantStore, StoredGrant } from './grant-store.ts';
import type { LeaseStore } from './lease-store.ts';

export type RefreshDeps = {
  readonly memberId: string;
  readonly grants: GrantCache;
  readonly store: GrantStore;
  readonly leases: LeaseStore;
  readonly oauth: OauthClient;
  readonly clock: Clock;
  readonly randomId: () => string;
  readonly allowHttp: boolean;
};

export type Renewal =
  | { readonly kind: 'renewed'; readonly stored: StoredGrant }
  /** The portal cannot be served; the code's verdict is `stop_portal`. */
  | { readonly kind: 'dead'; readonly code: string; readonly description: string }
  /** Not now. */
  | { readonly kind: 'later'; readonly reason: string };

/** Longer than the OAuth client's time-out and the writes after it: a holder that lives does not lose the lease. */
const LEASE_MS = 30_000;
const POLL_MS = 250;
const LONGEST_POLL_MS = 2_000;
const MOST_WRITES = 3;

/**
 * A new pair of tokens in place of `stale`, whose access token the portal did not accept.
 *
 *   A  expired ─ acquire ─ read: v1 ─ POST /oauth/token/ ─ write v2 in place of v1 ─ release ─ use v2
 *   B  expired ─ acquire: no ─ sleep ─ read: v1 ─ sleep ─ ············· read: v2 ─────────── use v2
 *   C  (an install, without lease)  ········· write v2' in place of v1, first: A's write is superseded, A uses v2'
 *
 * Tokens are for one use (B§4.1): without the lease A and B would invalidate each other's pair, and a pair that is used
 * before it is stored is lost with the process. So the pair is stored first, and whoever holds the lease reads again first.
 */
export async function refreshGrant(deps: RefreshDeps, stale: StoredGrant): Promise<Renewal> {
  const { memberId, leases, clock, randomId } = deps;
  const owner = randomId();
  const giveUpAt = clock.now() + LONGEST_POLL_MS;

  while (!(await leases.acquire(memberId, owner, clock.now() + LEASE_MS, clock.now()))) {
    if (clock.now() + POLL_MS > giveUpAt) return { kind: 'later', reason: 'another refresh is under way' };
    await clock.sleep(POLL_MS);
    const renewal = await renewedByOthers(deps, stale);
    if (renewal !== null) return renewal;
  }
  try {
    return (await renewedByOthers(deps, stale)) ?? (await exchange(deps, stale));
  } finally {
    // A lease that is not let go ends by itself; that must not cost the pair that was just won.
    await leases.release(memberId, owner).catch(() => undefined);
  }
}

/** What the store holds now, if that is not what was found stale; null: nothing has changed. */
async function renewedByOthers({ grants, memberId }: RefreshDeps, stale: StoredGrant): Promise<Renewal | null> {
  const stored = await grants.fresh(memberId);
  if (stored === null) return { kind: 'dead', code: 'GRANT_MISSING', description: 'The portal was removed' };
  return stored.version === stale.version ? null : { kind: 'renewed', stored };
}

async function exchange(deps: RefreshDeps, stale: StoredGrant): Promise<Renewal> {
  const { grant } = stale;
  if (grant.kind === 'webhook') return dead('The webhook was deleted or has no rights');

  const credentials = await deps.store.readApp();
  if (credentials === null) {
    const description = "The application's client id and secret are not set";
    return { kind: 'dead', code: 'APP_CREDENTIALS_MISSING', description };
  }
  const refreshed = await deps.oauth.refresh(grant.serverEndpoint, credentials, grant.refreshToken);
  if (refreshed.kind === 'unanswered') return { kind: 'later', reason: `OAuth server: ${refreshed.reason}` };
  if (refreshed.kind === 'denied') return denied(deps, stale, refreshed);

  if (refreshed.memberId !== grant.memberId) return dead('The OAuth server answered for another portal');
  return storePair(deps, renewedGrant(grant, refreshed, deps), stale.version);
}

const dead = (description: string): Renewal => ({ kind: 'dead', code: 'GRANT_DEAD', description });

/** A token that is not good any more may have been exchanged by somebody whose lease had ended: look once more (D§4). */
async function denied(
  deps: RefreshDeps,
  stale: StoredGrant,
  { code, about }: Extract<Refreshed, { kind: 'denied' }>,
): Promise<Renewal> {
  if (about === 'application') return { kind: 'dead', code, description: 'Refused by the OAuth server' };
  return (await renewedByOthers(deps, stale)) ?? dead(`The OAuth server says ${code}`);
}

/** The address of a renamed portal comes with the new pair (B§1.5); one that must not be called changes nothing. */
function renewedGrant(
  grant: OauthGrant,
  { accessToken, refreshToken, clientEndpoint, userId, scope }: Extract<Refreshed, { kind: 'granted' }>,
  { clock, allowHttp }: RefreshDeps,
): OauthGrant {
  const usable = clientEndpoint !== null && endpointProblem(clientEndpoint, allowHttp) === null;
  return {
    ...grant,
    accessToken,
    refreshToken,
    clientEndpoint: usable ? clientEndpoint : grant.clientEndpoint,
    userId: userId ?? grant.userId,
    scope: scope ?? grant.scope,
    issuedAt: new Date(clock.now()).toISOString(),
  };
}

/** The old token is used up, so the new pair is worth more than one try. The same write twice is one write (D§4). */
async function storePair(deps: RefreshDeps, grant: OauthGrant, replaces: string): Promise<Renewal> {
  const { store, grants, memberId, clock } = deps;
  for (let write = 1; ; write += 1) {
    try {
      const written = await store.write(grant, replaces);
      const stored = written === 'superseded' ? await grants.fresh(memberId) : written;
      if (stored === null) return { kind: 'dead', code: 'GRANT_MISSING', description: 'The portal was removed' };
      grants.keep(stored);
      return { kind: 'renewed', stored };
    } catch (error) {
      if (write === MOST_WRITES) throw error;
      await clock.sleep(POLL_MS);
    }
  }
}
