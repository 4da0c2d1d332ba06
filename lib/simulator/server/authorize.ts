import type { Caller, Method } from '../method.ts';
import type { Settings } from '../settings.ts';
import { systemError } from '../system-error.ts';
import type { CallTarget } from './call-target.ts';
import type { ReadRequest } from './read-request.ts';
import type { Webhooks } from './webhooks.ts';

/** Who is calling, and the name under which running time is counted (B§8.2). */
export type Identity = { readonly caller: Caller; readonly entity: string };

/** What the OAuth server knows about an access token. */
export type AccessToken = {
  readonly memberId: string;
  readonly clientId: string;
  readonly userId: number;
  readonly scope: readonly string[];
  readonly accessExpiresAt: number;
  readonly revoked: boolean;
  /** See TokenPair. */
  readonly generation: number;
};

export type AuthorizationSource = {
  readonly memberId: string;
  readonly settings: Settings;
  readonly webhooks: Webhooks;
  isAdmin(userId: number): boolean;
  now(): number;
  tokenOf(accessToken: string): AccessToken | undefined;
  isInstalled(clientId: string): boolean;
};

/** Throws the errors of B§8.4, in the order in which the server's source checks. */
export function authorize(
  source: AuthorizationSource,
  target: CallTarget,
  token: string | null,
  scope: Method['scope'],
): Identity {
  const { settings } = source;
  if (settings.authError !== null) throw systemError(settings.authError, settings.statuses);
  return target.webhook ? byWebhook(source, target.webhook, scope) : byToken(source, token, scope);
}

/** The header is read before the parameters, `auth` before `access_token` (B§1.1). */
export function tokenOf({ bearer, params }: ReadRequest): string | null {
  if (bearer !== null) return bearer;
  const value = [params.auth, params.access_token].find((one) => typeof one === 'string' || typeof one === 'number');
  return value === undefined ? null : String(value);
}

function byWebhook(source: AuthorizationSource, used: { userId: number; code: string }, scope: Method['scope']) {
  const { settings } = source;
  if (!source.webhooks.accepts(used.userId, used.code)) throw systemError('INVALID_CREDENTIALS', settings.statuses);
  checkScope(settings.webhookScope, scope, settings);
  checkUser(used.userId, settings);
  return identityOf(source, used.userId, null, settings.webhookScope);
}

function byToken(source: AuthorizationSource, token: string | null, scope: Method['scope']): Identity {
  const { settings } = source;
  if (token === null || token === '') throw systemError('NO_AUTH_FOUND', settings.statuses);
  const pair = source.tokenOf(token);
  if (pair?.memberId !== source.memberId) throw systemError(settings.unknownToken, settings.statuses);
  if (!source.isInstalled(pair.clientId)) throw systemError('APPLICATION_NOT_FOUND', settings.statuses);
  if (pair.revoked) throw systemError('invalid_token', settings.statuses);
  if (source.now() >= pair.accessExpiresAt) throw systemError('expired_token', settings.statuses);
  checkScope(pair.scope, scope, settings);
  checkUser(pair.userId, settings);
  if (settings.usersWithoutAccess.includes(pair.userId)) throw systemError('user_access_error', settings.statuses);
  return identityOf(source, pair.userId, pair.clientId, pair.scope);
}

function checkScope(granted: readonly string[], needed: Method['scope'], { statuses }: Settings): void {
  if (needed !== null && !granted.includes(needed)) throw systemError('insufficient_scope', statuses);
}

function checkUser(userId: number, { dismissedUsers, statuses }: Settings): void {
  if (dismissedUsers.includes(userId)) throw systemError('authorization_error', statuses);
}

function identityOf(
  source: AuthorizationSource,
  userId: number,
  clientId: string | null,
  scope: readonly string[],
): Identity {
  const caller: Caller = { userId, isAdmin: source.isAdmin(userId), clientId, scope: new Set(scope) };
  return { caller, entity: clientId ?? `webhook of ${userId}` };
}
