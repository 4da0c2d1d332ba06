import { endpointProblem } from '../bitrix24/rest/check-endpoint.ts';
import type { OauthClient, Refreshed } from '../bitrix24/rest/oauth-client.ts';
import type { Clock } from '../clock.ts';
import type { OauthGrant } from './grant.ts';
import type { GrantCache } from './grant-cache.ts';
import type { GrantStore, StoredGrant } from './grant-store.ts';
import type { LeaseStore } from './lease-store.ts';
import { GRANT_LEASE_MS, LEASE_POLL_MS, LEASE_WAIT_MS, MOST_WRITES_OF_PAIR, WRITE_RETRY_MS } from './policy.ts';
import { replacementOf } from './replacement-of.ts';

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
  /** The portal cannot be served: `errorPolicy` stops the portal for the code. */
  | { readonly kind: 'dead'; readonly code: string; readonly description: string }
  /** It cannot be renewed at the moment. */
  | { readonly kind: 'later'; readonly reason: string };

/**
 * Replaces `stale`, whose access token the portal did not accept, by a new pair of tokens.
 *
 *   A  expired ─ acquire ─ read: v1 ─ POST /oauth/token/ ─ write v2 in place of v1 ─ release ─ use v2
 *   B  expired ─ acquire: no ─ sleep ─ read: v1 ─ sleep ─ ············· read: v2 ─────────── use v2
 *   C  (an install, without lease)  ········· write v2' in place of v1, first: A's write is superseded, A uses v2'
 *
 * A refresh token can be used once (B§4.1): without the lease A and B would invalidate each other's pair, and a pair that
 * is used before it is stored is lost with the process. So the pair is stored first, and the owner of a lease first reads
 * again.
 */
export async function refreshGrant(deps: RefreshDeps, stale: StoredGrant): Promise<Renewal> {
  const { memberId, leases, clock, randomId } = deps;
  const owner = randomId();
  const giveUpAt = clock.now() + LEASE_WAIT_MS;

  while (!(await leases.acquire(memberId, owner, clock.now() + GRANT_LEASE_MS, clock.now()))) {
    if (clock.now() + LEASE_POLL_MS > giveUpAt) return { kind: 'later', reason: 'another refresh is under way' };
    await clock.sleep(LEASE_POLL_MS);
    const renewal = await renewedByOthers(deps, stale);
    if (renewal !== null) return renewal;
  }
  try {
    return (await renewedByOthers(deps, stale)) ?? (await exchange(deps, stale));
  } finally {
    // A lease that cannot be released ends by itself. The new pair must not be lost for that.
    await leases.release(memberId, owner).catch(() => undefined);
  }
}

/** What is stored now, if it is not the stale grant any more; null: nothing has changed. */
async function renewedByOthers({ grants, memberId }: RefreshDeps, stale: StoredGrant): Promise<Renewal | null> {
  const stored = await grants.fresh(memberId);
  if (stored === null) return { kind: 'dead', code: 'GRANT_MISSING', description: 'The portal was removed' };
  return stored.version === stale.version ? null : { kind: 'renewed', stored };
}

async function exchange(deps: RefreshDeps, stale: StoredGrant): Promise<Renewal> {
  const { grant } = stale;
  if (grant.kind === 'unreadable') return { kind: 'dead', code: 'GRANT_UNREADABLE', description: grant.problem };
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

/** Somebody else may have used the refresh token, and what was stored then may not have been read yet: look again (D§4). */
async function denied(
  deps: RefreshDeps,
  stale: StoredGrant,
  { code, about }: Extract<Refreshed, { kind: 'denied' }>,
): Promise<Renewal> {
  if (about === 'application') return { kind: 'dead', code, description: 'Refused by the OAuth server' };
  const stored = await replacementOf(deps, stale.version);
  return stored === null ? dead(`The OAuth server says ${code}`) : { kind: 'renewed', stored };
}

/** The new address of a renamed portal comes with the new pair (B§1.5). An address that must not be called is ignored. */
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

/** The old refresh token is used up, so the new pair is worth several tries. Writing it twice counts as once (D§4). */
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
      if (write === MOST_WRITES_OF_PAIR) throw error;
      await clock.sleep(WRITE_RETRY_MS);
    }
  }
}
