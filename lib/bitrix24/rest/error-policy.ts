/**
 * What to do about an error of Bitrix24, and how far that reaches:
 *
 *   retry          this call, after a while
 *   rest_method    no call of this method for minutes (B§8.2)
 *   refresh_token  this call, once more, with a new token
 *   already_done   nothing: what was asked for already holds
 *   refuse         nothing: this call fails for good
 *   stop_portal    no call at all, until the portal is probed again (D§3)
 */
export type ErrorAction = 'retry' | 'rest_method' | 'refresh_token' | 'already_done' | 'refuse' | 'stop_portal';

/** From B§8.4 and B§2.1; at the end from B§4.3, and our own. Codes that depend on the method or the status are below. */
const ACTIONS: { readonly [code: string]: ErrorAction } = {
  INTERNAL_SERVER_ERROR: 'retry',
  ERROR_UNEXPECTED_ANSWER: 'retry',
  QUERY_LIMIT_EXCEEDED: 'retry',
  CONNECTION_ERROR: 'retry', // a 401 with a valid token: the portal did not reach the OAuth server (B§4.6)

  OPERATION_TIME_LIMIT: 'rest_method',

  EXPIRED_TOKEN: 'refresh_token',
  INVALID_TOKEN: 'refresh_token',

  NOT_FOUND: 'refuse',
  OWNER_NOT_FOUND: 'refuse',
  LAST_BINDING_CANNOT_BE_DELETED: 'refuse',
  ERROR_ARGUMENT: 'refuse',
  '100': 'refuse',
  '0': 'refuse',

  OVERLOAD_LIMIT: 'stop_portal', // a 503 that only Bitrix24's support lifts
  NO_AUTH_FOUND: 'stop_portal',
  AUTHORIZATION_ERROR: 'stop_portal',
  APPLICATION_NOT_FOUND: 'stop_portal',
  ERROR_OAUTH: 'stop_portal',
  INVALID_REQUEST: 'stop_portal',
  INVALID_CREDENTIALS: 'stop_portal',
  INSUFFICIENT_SCOPE: 'stop_portal',
  USER_ACCESS_ERROR: 'stop_portal',
  ALLOWED_ONLY_INTRANET_USER: 'stop_portal',
  WRONG_AUTH_TYPE: 'stop_portal',
  WRONG_LICENSE: 'stop_portal',
  PAYMENT_REQUIRED: 'stop_portal',
  METHOD_CONFIRM_WAITING: 'stop_portal',
  METHOD_CONFIRM_DENIED: 'stop_portal',
  PORTAL_DELETED: 'stop_portal',
  ERROR_METHOD_NOT_FOUND: 'stop_portal',
  ERROR_MANIFEST_IS_NOT_AVAILABLE: 'stop_portal',
  ERROR_BATCH_METHOD_NOT_ALLOWED: 'stop_portal',
  ERROR_BATCH_LENGTH_EXCEEDED: 'stop_portal',

  INVALID_CLIENT: 'stop_portal',
  WRONG_CLIENT: 'stop_portal',
  INVALID_GRANT: 'stop_portal',
  BAD_VERIFICATION_CODE: 'stop_portal',
  INVALID_SCOPE: 'stop_portal',
  NOT_INSTALLED: 'stop_portal',

  GRANT_MISSING: 'stop_portal',
  GRANT_DEAD: 'stop_portal',
  GRANT_UNREADABLE: 'stop_portal',
  APP_CREDENTIALS_MISSING: 'stop_portal',
  ENDPOINT_REFUSED: 'stop_portal',
  OAUTH_HOST_REFUSED: 'stop_portal',
};

/** What was asked for holds already: by method and code. */
const ALREADY_DONE = new Set([
  'crm.activity.binding.delete BINDING_NOT_FOUND',
  'crm.activity.binding.add ACTIVITY_IS_ALREADY_BOUND',
  'event.bind ERROR_CORE', // "Handler already binded" (B§5.3)
  'bizproc.robot.delete ERROR_ACTIVITY_NOT_FOUND',
]);

/** Need an administrator's token (B§5.3, B§6.1, B§7.5). */
const ADMIN_METHOD = /^(bizproc\.robot\.|event\.|placement\.)/;

/**
 * The action for an error of `method`. `status` is the HTTP status, null inside a batch. Codes are compared without regard
 * to case (B§1.3). A code that nobody documented is refused: it is not ours to repeat.
 */
export function errorPolicy(method: string, code: string, status: number | null): ErrorAction {
  const name = method.toLowerCase();
  const known = code.toUpperCase();
  if (known === 'ACCESS_DENIED') return accessDenied(name, status);
  // With the status of a redirect, the OAuth server can tell the new address; without one, nobody can.
  if (known === 'PORTAL_MOVED') return status === null ? 'stop_portal' : 'refresh_token';
  if (isServerFault(status) && known === 'ERROR_CORE') return 'retry';
  if (ALREADY_DONE.has(`${name} ${known}`)) return 'already_done';
  // In upper case, no code can be the name of something that objects inherit.
  return ACTIONS[known] ?? byStatus(status);
}

/**
 * Whether the error of one command of a batch may really be about another command (B§2.1), or a fault of the server that
 * would show in a status: it has no code, the code `0` that stands for anything, or a code that nobody documented.
 */
export function mayBeAnotherFailure(method: string, code: string): boolean {
  const known = code.toUpperCase();
  if (known === '0') return true;
  const isKnown = known === 'ACCESS_DENIED' || Object.hasOwn(ACTIONS, known);
  return !isKnown && errorPolicy(method, code, null) === 'refuse';
}

/**
 * Rights to one element (400), or something that the whole portal lacks: its tariff (401, 403) or an administrator (B§8.4).
 */
function accessDenied(method: string, status: number | null): ErrorAction {
  // The token of a workflow that has ended, or one with a bad signature (B§6.3).
  if (method === 'bizproc.event.send' && status !== 401) return 'refuse';
  if (status === 401 || status === 403 || ADMIN_METHOD.test(method)) return 'stop_portal';
  return 'refuse';
}

const isServerFault = (status: number | null): boolean => status !== null && status >= 500;

/** For codes that nobody documented, and for answers of a front end, which have none. */
const byStatus = (status: number | null): ErrorAction =>
  isServerFault(status) || status === 408 || status === 429 ? 'retry' : 'refuse';
