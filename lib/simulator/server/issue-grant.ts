import type { OutboundSource } from '../outbound-auth.ts';

/** An OAuth grant as JSON, in the form the product stores (D§4). */
export type IssuedGrant = {
  readonly kind: 'oauth';
  readonly memberId: string;
  readonly clientEndpoint: string;
  readonly serverEndpoint: string;
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly applicationToken: string;
  readonly userId: number;
  readonly scope: string[];
  readonly issuedAt: string;
};

export function issueGrant(from: OutboundSource, userId: number): IssuedGrant {
  const { memberId, clientId, clientEndpoint, applicationToken, oauth } = from;
  const scope = [...(oauth.application(clientId)?.scope ?? [])];
  const pair = oauth.issue({ memberId, clientId, userId, scope });
  return {
    kind: 'oauth',
    memberId,
    clientEndpoint,
    serverEndpoint: oauth.serverEndpoint,
    accessToken: pair.accessToken,
    refreshToken: pair.refreshToken,
    applicationToken,
    userId,
    scope,
    issuedAt: new Date(pair.issuedAt).toISOString(),
  };
}
