import type { InboundAuth, InstallOffer } from '../bitrix24/inbound/inbound-auth.ts';
import { endpointProblem } from '../bitrix24/rest/check-endpoint.ts';
import type { AppInfo } from '../bitrix24/rest/oauth-client.ts';
import type { AppCredentials, OauthGrant } from '../portal/grant.ts';
import { type ConfirmGrantDeps, confirmGrant } from './confirm-grant.ts';
import type { PendingGrant } from './pending-grant.ts';
import type { PendingGrantStore } from './pending-grant-store.ts';
import { storeGrant } from './store-grant.ts';

export type InstallDeps = ConfirmGrantDeps & { readonly unconfirmed: PendingGrantStore };

/** A call that installs or updates the application, as `readEvent` gives it. */
export type Install = {
  readonly auth: InboundAuth;
  readonly offer: InstallOffer;
  /** By the portal's clock, ms. */
  readonly builtAt: number | null;
};

export type Installed =
  | { readonly kind: 'stored'; readonly grant: OauthGrant }
  /** Whoever sent it is not what it claims to be. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** It cannot be told yet (D§5, B§7.1): kept apart until it can, or not even that, as there is no room. */
  | { readonly kind: 'kept' | 'full'; readonly reason: 'oauth_unanswered' | 'app_credentials_missing' };

/** An access token lives an hour (B§4.1). */
const ACCESS_MS = 3_600_000;
/** How far the clock of a portal may be ahead of ours. */
const AHEAD_MS = 86_400_000;

/**
 * Stores the grant that an installation brings, after the trusted OAuth host confirmed that the token belongs to our
 * application on the portal that the call names (B§4.6, D§5). The portal's address comes from that answer only. A later
 * call for a known portal needs the same proof, so nobody takes a portal over.
 */
export async function installPortal(deps: InstallDeps, install: Install): Promise<Installed> {
  const credentials = await deps.store.readApp();
  const info = await deps.oauth.appInfo(install.offer.serverEndpoint, install.offer.accessToken);
  if (info.kind === 'unanswered') {
    return keep(deps, install, null, credentials === null ? 'app_credentials_missing' : 'oauth_unanswered');
  }
  if (info.kind === 'denied') return await denied(deps, install, credentials, info.code);

  const reason = mismatchOf(info, install, credentials, deps.allowHttp);
  if (reason !== null) return { kind: 'refused', reason };
  if (credentials === null) return keep(deps, install, info.clientId, 'app_credentials_missing');

  const now = deps.clock.now();
  const proven = {
    grant: grantOf(info, install, now),
    comparable: info.expiresAt !== null,
    announcedAt: announcedAtOf(install, now),
  };
  return await stored(await storeGrant(proven, deps), deps);
}

type Info = Extract<AppInfo, { kind: 'known' }>;

/** Before the application's own credentials are known, the portal at least must be the one that the call names. */
function mismatchOf(
  info: Info,
  { auth }: Install,
  credentials: AppCredentials | null,
  allowHttp: boolean,
): string | null {
  if (credentials !== null && info.clientId !== credentials.clientId) return 'client_id_mismatch';
  if (info.memberId !== auth.memberId) return 'member_id_mismatch';
  return endpointProblem(info.clientEndpoint, allowHttp) === null ? null : 'client_endpoint_refused';
}

/**
 * A call that is more than an hour late brings an access token that has ended; its refresh token proves the same. Only for
 * a portal that is not known: an old call must not use up what a newer one has brought.
 */
async function denied(
  deps: InstallDeps,
  install: Install,
  credentials: AppCredentials | null,
  code: string,
): Promise<Installed> {
  const refused = { kind: 'refused', reason: code } as const;
  if (code !== 'expired_token' || (await deps.store.read(install.auth.memberId)) !== null) return refused;
  if (credentials === null) return keep(deps, install, null, 'app_credentials_missing');

  const confirmed = await confirmGrant(deps, credentials, offerOf(install, null, deps.clock.now()));
  if (confirmed.kind === 'confirmed') return await stored(confirmed.grant, deps);
  if (confirmed.kind === 'later') return keep(deps, install, null, 'oauth_unanswered');
  return { kind: 'refused', reason: confirmed.code };
}

type Reason = Extract<Installed, { kind: 'kept' | 'full' }>['reason'];

async function keep(
  { unconfirmed, clock }: InstallDeps,
  install: Install,
  clientId: string | null,
  reason: Reason,
): Promise<Installed> {
  return { kind: await unconfirmed.keep(offerOf(install, clientId, clock.now())), reason };
}

/** What was kept of an earlier try is of no use any more. */
async function stored(grant: OauthGrant, { unconfirmed }: InstallDeps): Promise<Installed> {
  await unconfirmed.remove(grant.memberId);
  return { kind: 'stored', grant };
}

const offerOf = (install: Install, clientId: string | null, keptAt: number): PendingGrant => ({
  ...install.auth,
  ...install.offer,
  serverEndpoint: withSlash(install.offer.serverEndpoint),
  clientId,
  keptAt,
  announcedAt: announcedAtOf(install, keptAt),
});

/** A time that is far ahead would have the portal's removals taken for older ones until it has come. */
const announcedAtOf = ({ builtAt }: Install, now: number): number | null =>
  builtAt !== null && builtAt <= now + AHEAD_MS ? builtAt : null;

function grantOf(info: Info, { auth, offer }: Install, now: number): OauthGrant {
  const issuedAt = info.expiresAt === null ? now : Math.min(now, info.expiresAt - ACCESS_MS);
  return {
    kind: 'oauth',
    memberId: info.memberId,
    clientEndpoint: info.clientEndpoint,
    serverEndpoint: withSlash(offer.serverEndpoint),
    accessToken: offer.accessToken,
    refreshToken: offer.refreshToken,
    applicationToken: auth.applicationToken,
    userId: info.userId,
    scope: info.scope,
    issuedAt: new Date(issuedAt).toISOString(),
  };
}

const withSlash = (base: string): string => (base.endsWith('/') ? base : `${base}/`);
