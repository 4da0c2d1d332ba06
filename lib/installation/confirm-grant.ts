import { endpointProblem } from '../bitrix24/rest/check-endpoint.ts';
import type { OauthClient, Refreshed } from '../bitrix24/rest/oauth-client.ts';
import type { AppCredentials, OauthGrant } from '../portal/grant.ts';
import type { PendingGrant } from './pending-grant.ts';
import { type StoreGrantDeps, storeGrant } from './store-grant.ts';

export type ConfirmGrantDeps = StoreGrantDeps & { readonly oauth: OauthClient; readonly allowHttp: boolean };

export type Confirmed =
  | { readonly kind: 'confirmed'; readonly grant: OauthGrant }
  /** `useless`: these tokens will never be good; otherwise the application's credentials or the portal may be the reason. */
  | { readonly kind: 'refused'; readonly code: string; readonly useless: boolean }
  | { readonly kind: 'later' };

/**
 * Proves a kept grant by one refresh with our own credentials (D§4): only the OAuth server can answer it, for our
 * application only, and the answer names the portal. The new pair is stored before anything else happens (B§4.1).
 */
export async function confirmGrant(
  deps: ConfirmGrantDeps,
  credentials: AppCredentials,
  offer: PendingGrant,
): Promise<Confirmed> {
  const refreshed = await deps.oauth.refresh(offer.serverEndpoint, credentials, offer.refreshToken);
  if (refreshed.kind === 'unanswered') return { kind: 'later' };
  if (refreshed.kind === 'denied') {
    return { kind: 'refused', code: refreshed.code.toUpperCase(), useless: refreshed.about === 'grant' };
  }
  const { memberId, clientEndpoint } = refreshed;
  if (memberId !== offer.memberId) return refusal('MEMBER_ID_MISMATCH');
  if (clientEndpoint === null || endpointProblem(clientEndpoint, deps.allowHttp) !== null) {
    return refusal('ENDPOINT_REFUSED');
  }
  const grant = grantOf(offer, refreshed, clientEndpoint, deps.clock.now());
  const proven = { grant, comparable: false, announcedAt: offer.announcedAt };
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
