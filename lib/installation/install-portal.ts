import type { InboundAuth, InstallTokens } from '../bitrix24/inbound/inbound-auth.ts';
import { ACCESS_TOKEN_LIFE_MS } from '../bitrix24/limits.ts';
import { endpointProblem } from '../bitrix24/rest/check-endpoint.ts';
import type { AppInfo } from '../bitrix24/rest/oauth-client.ts';
import type { AppCredentials, OauthGrant } from '../portal/grant.ts';
import { type ConfirmPendingGrantDeps, confirmPendingGrant } from './confirm-pending-grant.ts';
import type { PendingGrant, PendingGrantStore } from './pending-grant.ts';
import { PORTAL_CLOCK_AHEAD_MS } from './policy.ts';
import { storeGrant } from './store-grant.ts';

export type InstallDeps = ConfirmPendingGrantDeps & { readonly pendingGrants: PendingGrantStore };

/** An event that installs or updates the application, as `readEvent` reads it. */
export type Install = {
  readonly auth: InboundAuth;
  readonly tokens: InstallTokens;
  /** When the portal built the event, by its own clock, ms; null if not known. */
  readonly builtAt: number | null;
};

export type Installed =
  | { readonly kind: 'stored'; readonly grant: OauthGrant }
  /** The sender is not what it claims to be. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** It is not known yet (D§5, B§7.1). The grant is kept as a pending one, or there is no room for it (`full`). */
  | { readonly kind: 'kept' | 'full'; readonly reason: 'oauth_unanswered' | 'app_credentials_missing' };

/**
 * Stores the grant that an installation brings, once the trusted OAuth host has confirmed that its token belongs to our
 * application on the portal that the event names (B§4.6, D§5). The portal's address comes from that answer only. Later
 * events for a known portal need the same proof, so nobody can take over a portal.
 */
export async function installPortal(deps: InstallDeps, install: Install): Promise<Installed> {
  const credentials = await deps.store.readApp();
  const info = await deps.oauth.appInfo(install.tokens.serverEndpoint, install.tokens.accessToken);
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
  return await clearPending(await storeGrant(proven, deps), deps);
}

type Info = Extract<AppInfo, { kind: 'known' }>;

/** While our own credentials are not set, at least the portal must be the one that the event names. */
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
 * An event that is more than an hour late brings an access token that has expired; its refresh token proves the same. Only
 * for a portal that is not known: an old event must not use up what a newer one has brought.
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

  const confirmed = await confirmPendingGrant(deps, credentials, pendingGrantOf(install, null, deps.clock.now()));
  if (confirmed.kind === 'confirmed') return await clearPending(confirmed.grant, deps);
  if (confirmed.kind === 'later') return keep(deps, install, null, 'oauth_unanswered');
  return { kind: 'refused', reason: confirmed.code };
}

type Reason = Extract<Installed, { kind: 'kept' | 'full' }>['reason'];

async function keep(
  { pendingGrants, clock }: InstallDeps,
  install: Install,
  clientId: string | null,
  reason: Reason,
): Promise<Installed> {
  return { kind: await pendingGrants.keep(pendingGrantOf(install, clientId, clock.now())), reason };
}

/** The grant is stored, so one that is still pending is of no use. */
async function clearPending(grant: OauthGrant, { pendingGrants }: InstallDeps): Promise<Installed> {
  await pendingGrants.remove(grant.memberId);
  return { kind: 'stored', grant };
}

const pendingGrantOf = (install: Install, clientId: string | null, keptAt: number): PendingGrant => ({
  ...install.auth,
  ...install.tokens,
  serverEndpoint: withSlash(install.tokens.serverEndpoint),
  clientId,
  keptAt,
  announcedAt: announcedAtOf(install, keptAt),
});

/** A time far ahead is ignored: until then, every uninstallation of the portal would seem to be older. */
const announcedAtOf = ({ builtAt }: Install, now: number): number | null =>
  builtAt !== null && builtAt <= now + PORTAL_CLOCK_AHEAD_MS ? builtAt : null;

function grantOf(info: Info, { auth, tokens }: Install, now: number): OauthGrant {
  const issuedAt = info.expiresAt === null ? now : Math.min(now, info.expiresAt - ACCESS_TOKEN_LIFE_MS);
  return {
    kind: 'oauth',
    memberId: info.memberId,
    clientEndpoint: info.clientEndpoint,
    serverEndpoint: withSlash(tokens.serverEndpoint),
    accessToken: tokens.accessToken,
    refreshToken: tokens.refreshToken,
    applicationToken: auth.applicationToken,
    userId: info.userId,
    scope: info.scope,
    issuedAt: new Date(issuedAt).toISOString(),
  };
}

const withSlash = (base: string): string => (base.endsWith('/') ? base : `${base}/`);
