import { endpointProblem } from '../bitrix24/check-endpoint.ts';
import type { InboundAuth, InstallOffer } from '../bitrix24/inbound-auth.ts';
import type { AppInfo, OauthClient } from '../bitrix24/oauth-client.ts';
import type { Clock } from '../clock.ts';
import type { OauthGrant } from './grant.ts';
import type { GrantCache } from './grant-cache.ts';
import type { GrantStore } from './grant-store.ts';

export type InstallMeans = {
  readonly store: GrantStore;
  readonly grants: Pick<GrantCache, 'keep'>;
  readonly oauth: OauthClient;
  readonly clock: Clock;
  readonly allowHttp: boolean;
};

/** A call that installs or updates the application, as `readEvent` gives it. */
export type Install = { readonly auth: InboundAuth; readonly offer: InstallOffer };

export type Installed =
  | { readonly kind: 'stored'; readonly grant: OauthGrant }
  /** Whoever sent it is not what it claims to be. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** It cannot be told yet; the caller keeps the call for a later try (D§5, B§7.1). */
  | { readonly kind: 'unverified'; readonly reason: 'oauth_unanswered' | 'app_credentials_missing' };

/** Another writer may get in between a few times, not for ever. */
const MOST_WRITES = 5;

/**
 * Stores the grant that an installation brings, after the trusted OAuth host confirmed that the token belongs to our
 * application on the portal that the call names (B§4.6, D§5). The portal's address comes from that answer only. A later
 * call for a known portal needs the same proof, so nobody takes a portal over.
 */
export async function installPortal(means: InstallMeans, install: Install): Promise<Installed> {
  const credentials = await means.store.readApp();
  if (credentials === null) return { kind: 'unverified', reason: 'app_credentials_missing' };

  const info = await means.oauth.appInfo(install.offer.serverEndpoint, install.offer.accessToken);
  if (info.kind === 'unanswered') return { kind: 'unverified', reason: 'oauth_unanswered' };
  if (info.kind === 'denied') return { kind: 'refused', reason: info.code };

  const reason = mismatchOf(info, install, credentials.clientId, means.allowHttp);
  if (reason !== null) return { kind: 'refused', reason };
  return store(grantOf(info, install, means.clock.now()), means);
}

type Info = Extract<AppInfo, { kind: 'known' }>;

function mismatchOf(info: Info, { auth }: Install, clientId: string, allowHttp: boolean): string | null {
  if (info.clientId !== clientId) return 'client_id_mismatch';
  if (info.memberId !== auth.memberId) return 'member_id_mismatch';
  return endpointProblem(info.clientEndpoint, allowHttp) === null ? null : 'client_endpoint_refused';
}

function grantOf(info: Info, { auth, offer }: Install, now: number): OauthGrant {
  return {
    kind: 'oauth',
    memberId: info.memberId,
    clientEndpoint: info.clientEndpoint,
    serverEndpoint: offer.serverEndpoint.endsWith('/') ? offer.serverEndpoint : `${offer.serverEndpoint}/`,
    accessToken: offer.accessToken,
    refreshToken: offer.refreshToken,
    applicationToken: auth.applicationToken,
    userId: info.userId,
    scope: info.scope,
    issuedAt: new Date(now).toISOString(),
  };
}

/** A version has exactly one successor (D§4): who comes second reads again and replaces that. */
async function store(grant: OauthGrant, { store, grants }: InstallMeans): Promise<Installed> {
  for (let writes = 0; writes < MOST_WRITES; writes += 1) {
    const current = await store.read(grant.memberId);
    const written = await store.write(grant, current?.version ?? null);
    if (written !== 'superseded') {
      grants.keep(written);
      return { kind: 'stored', grant };
    }
  }
  throw new Error('the grant was replaced again and again while it was being stored');
}
