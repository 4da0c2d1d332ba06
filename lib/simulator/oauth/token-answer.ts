import type { RequestRecord } from '../ledger.ts';
import { jsonAnswer } from '../server/envelope.ts';
import type { Answer } from '../server/exchange.ts';
import type { ReadRequest } from '../server/read-request.ts';
import { oauthError } from './oauth-error.ts';
import type { Application, OauthState } from './oauth-state.ts';
import type { Rotation, TokenOwner, TokenPair } from './token-store.ts';

/** The token pair that a call to the OAuth server presents. */
export function presentedPair({ tokens }: OauthState, { params, bearer }: ReadRequest): TokenPair | undefined {
  const access = bearer ?? params.auth ?? params.access_token;
  return tokens.byRefresh(String(params.refresh_token)) ?? tokens.byAccess(String(access));
}

/** The token endpoint (B§4.1). Throws the errors of B§4.3. */
export function tokenAnswer(
  state: OauthState,
  rotation: Rotation,
  { params }: ReadRequest,
  record: RequestRecord,
): Answer {
  const grantType = params.grant_type;
  if (grantType !== 'refresh_token' && grantType !== 'authorization_code') {
    throw oauthError('invalid_request', 'Invalid grant_type parameter or parameter missing');
  }
  const application = state.applications.get(String(params.client_id));
  if (application?.clientSecret !== params.client_secret || !application) throw oauthError('invalid_client');

  const byCode = grantType === 'authorization_code';
  const pair = byCode
    ? redeem(state, application, params.code)
    : refresh(state, application, rotation, params.refresh_token);
  record.issuedGeneration = pair.generation;
  return jsonAnswer(200, describe(state, pair, application, byCode));
}

function refresh(state: OauthState, application: Application, rotation: Rotation, token: unknown): TokenPair {
  if (typeof token !== 'string' || token === '') {
    throw oauthError('invalid_request', 'No "refresh_token" parameter found');
  }
  const pair = state.tokens.byRefresh(token);
  if (!pair) throw oauthError('invalid_grant');
  checkInstalled(state, pair, application);
  const next = state.tokens.rotate(pair, rotation);
  if (!next) throw oauthError('invalid_grant');
  return next;
}

function redeem(state: OauthState, application: Application, code: unknown): TokenPair {
  const owner = state.takeCode(String(code));
  if (!owner) throw oauthError('bad_verification_code');
  checkInstalled(state, owner, application);
  return state.tokens.issue(owner);
}

function checkInstalled(state: OauthState, owner: TokenOwner, { clientId }: Application): void {
  if (owner.clientId !== clientId) throw oauthError('wrong_client');
  if (!state.isInstalled(owner.memberId, clientId)) throw oauthError('NOT_INSTALLED');
}

/** `domain` is the OAuth server, the portal is in `client_endpoint`; the answer for a code lacks two fields (B§4.1). */
function describe(state: OauthState, pair: TokenPair, { status }: Application, byCode: boolean): unknown {
  const expires = Math.floor(pair.accessExpiresAt / 1000);
  return {
    access_token: pair.accessToken,
    ...(byCode ? {} : { expires }),
    expires_in: 3600,
    scope: pair.scope.join(','),
    domain: new URL(state.url).host,
    server_endpoint: `${state.url}/rest/`,
    status,
    client_endpoint: state.portals.get(pair.memberId)?.clientEndpoint() ?? '',
    member_id: pair.memberId,
    ...(byCode ? {} : { user_id: pair.userId }),
    refresh_token: pair.refreshToken,
  };
}
