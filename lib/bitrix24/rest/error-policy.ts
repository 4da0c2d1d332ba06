/** What to do about a Bitrix24 error code. A code that is not listed is not ours to repeat. */
export type ErrorAction = 'retry' | 'rest_method' | 'refresh_token' | 'already_done' | 'refuse' | 'stop_portal';

/** B§8.4, B§2.1 and, at the end, B§4.3 and our own. Codes that depend on the method or the status are below. */
const VERDICTS: { readonly [code: string]: ErrorAction } = {
  INTERNAL_SERVER_ERROR: 'retry',
  ERROR_UNEXPECTED_ANSWER: 'retry',
  QUERY_LIMIT_EXCEEDED: 'retry',
  CONNECTION_ERROR: 'retry', // a 401 although the token is fine: the portal did not reach the OAuth server (B§4.6)

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
  APP_CREDENTIALS_MISSING: 'stop_portal',
  ENDPOINT_REFUSED: 'stop_portal',
  OAUTH_HOST_REFUSED: 'stop_portal',
};

/** The wish is fulfilled already: by method and code. */
const ALREADY_DONE = new Set([
  'crm.activity.binding.delete BINDING_NOT_FOUND',
  'crm.activity.binding.add ACTIVITY_IS_ALREADY_BOUND',
  'event.bind ERROR_CORE', // "Handler already binded" (B§5.3)
  'bizproc.robot.delete ERROR_ACTIVITY_NOT_FOUND',
]);

/** Need an administrator's token (B§5.3, B§6.1, B§7.5). */
const ADMIN_METHOD = /^(bizproc\.robot\.|event\.|placement\.)/;

/** `status` is null inside a batch. Codes are compared without regard to case (B§1.3). */
export function errorPolicy(method: string, code: string, status: number | null): ErrorAction {
  const name = method.toLowerCase();
  const known = code.toUpperCase();
  if (known === 'ACCESS_DENIED') return accessDenied(name, status);
  // A renamed portal, as the client reports it; without the status of a redirect: there is no way to learn the new address.
  if (known === 'PORTAL_MOVED') return status === null ? 'stop_portal' : 'refresh_token';
  if (isServerFault(status) && known === 'ERROR_CORE') return 'retry';
  if (ALREADY_DONE.has(`${name} ${known}`)) return 'already_done';
  // In upper case no code can meet a name that objects inherit.
  return VERDICTS[known] ?? byStatus(status);
}

/**
 * Whether a refusal of one command of a batch may be an echo of another one's failure (B§2.1), or a fault of the server that
 * no status tells: it has no code, a code for anything, or one that nobody documented.
 */
export function mayBeAnotherFailure(method: string, code: string): boolean {
  const known = code.toUpperCase();
  if (known === '0') return true;
  const isKnown = known === 'ACCESS_DENIED' || Object.hasOwn(VERDICTS, known);
  return !isKnown && errorPolicy(method, code, null) === 'refuse';
}

/** The rights to one element (400), or what the whole portal lacks: plan (401, 403) or an administrator (B§8.4). */
function accessDenied(method: string, status: number | null): ErrorAction {
  // A token of a workflow that is gone, or with a bad signature (B§6.3).
  if (method === 'bizproc.event.send' && status !== 401) return 'refuse';
  if (status === 401 || status === 403 || ADMIN_METHOD.test(method)) return 'stop_portal';
  return 'refuse';
}

const isServerFault = (status: number | null): boolean => status !== null && status >= 500;

/** Codes that nobody documented, and answers of a front end that have none. */
const byStatus = (status: number | null): ErrorAction =>
  isServerFault(status) || status === 408 || status === 429 ? 'retry' : 'refuse';
