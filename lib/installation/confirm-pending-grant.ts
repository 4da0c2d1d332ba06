import { endpointProblem } from '../bitrix24/rest/check-endpoint.ts';
import type { OauthClient, Refreshed } from '../bitrix24/rest/oauth-client.ts';
import type { AppCredentials, OauthGrant } from '../portal/grant.ts';
import type { PendingGrant } from './pending-grant.ts';
import { type StoreGrantDeps, storeGrant } from './store-grant.ts';

export type ConfirmPendingGrantDeps = StoreGrantDeps & { readonly oauth: OauthClient; readonly allowHttp: boolean };

export type Confirmed =
  | { readonly kind: 'confirmed'; readonly grant: OauthGrant }
  /** `useless`: these tokens will never be valid. Otherwise our credentials or the portal may be the reason. */
  | { readonly kind: 'refused'; readonly code: string; readonly useless: boolean }
  | { readonly kind: 'later' };

/**
 * Proves a pending grant by one refresh with our own credentials (D§4): only the OAuth server can answer it, it does so
 * only for our application, and the answer names the portal. The new pair is stored before anything else happens (B§4.1).
 */
export async function confirmPendingGrant(
  deps: ConfirmPendingGrantDeps,
  credentials: AppCredentials,
  pending: PendingGrant,
): Promise<Confirmed> {
  const refreshed = await deps.oauth.refresh(pending.serverEndpoint, credentials, pending.refreshToken);
  if (refreshed.kind === 'unanswered') return { kind: 'later' };
  if (refreshed.kind === 'denied') {
    return { kind: 'refused', code: refreshed.code.toUpperCase(), useless: refreshed.about === 'grant' };
  }
  const { memberId, clientEndpoint } = refreshed;
  if (memberId !== pending.memberId) return refusal('MEMBER_ID_MISMATCH');
  if (clientEndpoint === null || endpointProblem(clientEndpoint, deps.allowHttp) !== null) {
    return refusal('ENDPOINT_REFUSED');
  }
  const grant = grantOf(pending, refreshed, clientEndpoint, deps.clock.now());
  const proven = { grant, comparable: false, announcedAt: pending.announcedAt };
  return { kind: 'confirmed', grant: await storeGrant(proven, deps) };
}

const refusal = (code: string): Confirmed => ({ kind: 'refused', code, useless: true });

const grantOf = (
  { memberId, serverEndpoint, applicationToken }: PendingGrant,
  { accessToken, refreshToken, userId, scope }: Extract<Refreshed, { kind: 'granted' }>,
  clientEndpoint: string,
  now: number,
): OauthGrant => ({
  kind: 'oauth',
  memberId,
  clientEndpoint,
  serverEndpoint,
  accessToken,
  refreshToken,
  applicationToken,
  userId,
  scope: scope ?? [],
  issuedAt: new Date(now).toISOString(),
});
