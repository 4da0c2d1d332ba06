import type { Clock } from '../../clock.ts';
import { jsonAnswer, phpDate, timeBlock } from '../server/envelope.ts';
import type { Answer } from '../server/exchange.ts';
import type { ReadRequest } from '../server/read-request.ts';
import { oauthError } from './oauth-error.ts';
import type { OauthState } from './oauth-state.ts';

const PLAIN_TIME = { time: { operating: false, resetAt: 'absent', wholeSeconds: false } } as const;

/** What the OAuth host says about an access token (B§4.6). */
export function appInfo(state: OauthState, { params, bearer }: ReadRequest, clock: Clock): Answer {
  const token = bearer ?? params.auth ?? params.access_token;
  if (typeof token !== 'string' || token === '') throw oauthError('NO_AUTH_FOUND');
  const pair = state.tokens.byAccess(token);
  if (!pair || pair.revoked) throw oauthError('invalid_token');
  if (clock.now() >= pair.accessExpiresAt) throw oauthError('expired_token');

  const portal = state.portals.get(pair.memberId);
  const endpoint = portal?.clientEndpoint() ?? '';
  const scope = pair.scope.join(',');
  const install = {
    installed: state.isInstalled(pair.memberId, pair.clientId),
    version: '1',
    status: state.applications.get(pair.clientId)?.status ?? 'L',
    scope,
    domain: endpoint && new URL(endpoint).host,
    uri: '',
    client_endpoint: endpoint,
    member_id: pair.memberId,
    member_type: 'P',
  };
  const expires = phpDate(pair.accessExpiresAt);
  const now = clock.now();
  const result = { client_id: pair.clientId, scope, expires, install, user_id: pair.userId };
  const time = timeBlock(PLAIN_TIME, { startedAt: now, finishedAt: now, processing: 0 }, { operating: 0, resetAt: 0 });
  return jsonAnswer(200, { result, time });
}
