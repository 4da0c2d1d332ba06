import type { SimulatedOauthServer } from './oauth-server.ts';

/** How the portal identifies itself in an event or a robot call. */
export type OutboundSource = {
  readonly memberId: string;
  /** Base of the portal's REST, ends with `/rest/`. */
  readonly clientEndpoint: string;
  readonly applicationToken: string;
  readonly oauth: SimulatedOauthServer;
  readonly clientId: string;
};

/**
 * The `auth` block of an event or robot call (B§5.2), all values as text. Without a user it holds no tokens: the change was
 * made by a robot or an agent, or the application was uninstalled.
 */
export function outboundAuth(
  { memberId, clientEndpoint, applicationToken, oauth, clientId }: OutboundSource,
  { userId, withRefresh }: { readonly userId: number | null; readonly withRefresh: boolean },
): Record<string, string> {
  const portal = {
    domain: new URL(clientEndpoint).host,
    server_endpoint: oauth.serverEndpoint,
    client_endpoint: clientEndpoint,
    member_id: memberId,
    application_token: applicationToken,
  };
  if (userId === null) return portal;

  const { scope = [], status = 'L' } = oauth.application(clientId) ?? {};
  const pair = oauth.issue({ clientId, memberId, userId, scope }, 'outbound');
  return {
    access_token: pair.accessToken,
    expires: String(Math.floor(pair.accessExpiresAt / 1000)),
    expires_in: '3600',
    scope: scope.join(','),
    status,
    user_id: String(userId),
    ...(withRefresh ? { refresh_token: pair.refreshToken } : {}),
    ...portal,
  };
}
