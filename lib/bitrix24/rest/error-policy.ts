import type { RequestFailure } from './rest-call.ts';

/**
 * What to do about an error of Bitrix24:
 *
 *   retry          ask again, after a while
 *   rest           ask again when the running time has recovered, in minutes (B§8.2)
 *   refresh_token  ask again at once, with a new token
 *   already_done   nothing: what was asked for already holds
 *   refuse         nothing: this call fails for good
 *   stop           do not ask before a person has acted; a look now and then shows whether somebody has (D§3)
 */
export type ErrorAction = 'retry' | 'rest' | 'refresh_token' | 'already_done' | 'refuse' | 'stop';

/**
 * Whom an error speaks of (D§2). What it says of a portal or of a method is no answer to the call that met it. Where a
 * code does not tell, the scope is the narrower one, and a neutral call finds out whether the wider one is in trouble.
 */
export type Scope = 'portal' | 'method' | 'activity' | 'command';

export type ErrorDecision = { readonly action: ErrorAction; readonly scope: Scope };

const OF_COMMAND = { action: 'refuse', scope: 'command' } as const;
const OF_ACTIVITY = { action: 'refuse', scope: 'activity' } as const;
const STOPS_PORTAL = { action: 'stop', scope: 'portal' } as const;
const STOPS_METHOD = { action: 'stop', scope: 'method' } as const;
const PORTAL_TROUBLE = { action: 'retry', scope: 'portal' } as const;

/** From B§8.4 and B§2.1; at the end from B§4.3, and our own. Codes that depend on the method or the status are below. */
const DECISIONS: { readonly [code: string]: ErrorDecision } = {
  QUERY_LIMIT_EXCEEDED: PORTAL_TROUBLE,
  CONNECTION_ERROR: PORTAL_TROUBLE, // a 401 with a valid token: the portal did not reach the OAuth server (B§4.6)
  REST_UNAVAILABLE: PORTAL_TROUBLE, // ours: it redirects to a page of its own (B§1.5)

  OPERATION_TIME_LIMIT: { action: 'rest', scope: 'method' },

  EXPIRED_TOKEN: { action: 'refresh_token', scope: 'portal' },
  INVALID_TOKEN: { action: 'refresh_token', scope: 'portal' },

  NOT_FOUND: OF_ACTIVITY,
  OWNER_NOT_FOUND: OF_ACTIVITY,
  LAST_BINDING_CANNOT_BE_DELETED: OF_ACTIVITY,
  ERROR_ARGUMENT: OF_COMMAND,
  '100': OF_COMMAND,
  '0': OF_COMMAND,

  OVERLOAD_LIMIT: STOPS_PORTAL, // a 503 that only Bitrix24's support lifts
  NO_AUTH_FOUND: STOPS_PORTAL,
  AUTHORIZATION_ERROR: STOPS_PORTAL,
  APPLICATION_NOT_FOUND: STOPS_PORTAL,
  ERROR_OAUTH: STOPS_PORTAL,
  INVALID_REQUEST: STOPS_PORTAL,
  INVALID_CREDENTIALS: STOPS_PORTAL,
  USER_ACCESS_ERROR: STOPS_PORTAL,
  PAYMENT_REQUIRED: STOPS_PORTAL,
  PORTAL_DELETED: STOPS_PORTAL,

  // What a grant, a tariff or an administrator allows is looked up for each method.
  INSUFFICIENT_SCOPE: STOPS_METHOD,
  ALLOWED_ONLY_INTRANET_USER: STOPS_METHOD,
  WRONG_AUTH_TYPE: STOPS_METHOD,
  WRONG_LICENSE: STOPS_METHOD,
  METHOD_CONFIRM_WAITING: STOPS_METHOD,
  METHOD_CONFIRM_DENIED: STOPS_METHOD,
  ERROR_METHOD_NOT_FOUND: STOPS_METHOD,
  ERROR_MANIFEST_IS_NOT_AVAILABLE: STOPS_METHOD,
  ERROR_BATCH_METHOD_NOT_ALLOWED: STOPS_METHOD,
  ERROR_BATCH_LENGTH_EXCEEDED: STOPS_METHOD,

  INVALID_CLIENT: STOPS_PORTAL,
  WRONG_CLIENT: STOPS_PORTAL,
  INVALID_GRANT: STOPS_PORTAL,
  BAD_VERIFICATION_CODE: STOPS_PORTAL,
  INVALID_SCOPE: STOPS_PORTAL,
  NOT_INSTALLED: STOPS_PORTAL,

  GRANT_MISSING: STOPS_PORTAL,
  GRANT_DEAD: STOPS_PORTAL,
  GRANT_UNREADABLE: STOPS_PORTAL,
  APP_CREDENTIALS_MISSING: STOPS_PORTAL,
  ENDPOINT_REFUSED: STOPS_PORTAL,
  OAUTH_HOST_REFUSED: STOPS_PORTAL,
};

/** A fault of the server: it may have broken down before or after the change (B§2.1). `ERROR_CORE`: with 5xx only. */
const SERVER_FAULTS = new Set(['INTERNAL_SERVER_ERROR', 'ERROR_UNEXPECTED_ANSWER']);

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
 * What an error of `method` means. `status` is the HTTP status, null inside a batch. Codes are compared without
 * regard to case (B§1.3). A code that nobody documented is refused: it is not ours to repeat.
 */
export function errorPolicy(method: string, code: string, status: number | null): ErrorDecision {
  const name = method.toLowerCase();
  const known = code.toUpperCase();
  if (known === 'ACCESS_DENIED') return accessDenied(name, status);
  // With the status of a redirect, the OAuth server can tell the new address; without one, nobody can.
  if (known === 'PORTAL_MOVED') return status === null ? STOPS_PORTAL : { action: 'refresh_token', scope: 'portal' };
  if (SERVER_FAULTS.has(known) || (isServerFault(status) && known === 'ERROR_CORE')) return serverFault(name);
  if (ALREADY_DONE.has(`${name} ${known}`)) return { action: 'already_done', scope: 'command' };
  // In upper case, no code can be the name of something that objects inherit.
  return DECISIONS[known] ?? undocumented(name, status);
}

/**
 * Whether the error of one command of a batch may really be about another command (B§2.1), or a fault of the server that
 * would show in a status: it has no code, the code `0` that stands for anything, or a code that nobody documented.
 */
export function mayBeAnotherFailure(method: string, code: string): boolean {
  const known = code.toUpperCase();
  if (known === '0') return true;
  const isKnown = known === 'ACCESS_DENIED' || Object.hasOwn(DECISIONS, known);
  return !isKnown && errorPolicy(method, code, null).action === 'refuse';
}

/** Whether a change may have been carried out although this error was the answer. The front end refuses before it (B§8.1). */
export function mayHaveHappened(code: string, status: number | null): boolean {
  const known = code.toUpperCase();
  const isFault = SERVER_FAULTS.has(known) || known === 'ERROR_CORE';
  return isFault || (isServerFault(status) && status !== 503);
}

/** Why a request failed: Bitrix24's code, or ours. */
export function failureCode(failure: RequestFailure): string {
  if (failure.kind === 'error') return failure.code === '' ? 'UNKNOWN' : failure.code.toUpperCase();
  if (failure.kind === 'unsent') return failure.code ?? 'UNREACHABLE';
  return failure.status === null ? 'NO_ANSWER' : 'UNREADABLE_ANSWER';
}

/**
 * Rights to one element (400), or something that the portal's tariff lacks (401, 403) or that an administrator may do
 * (B§8.4).
 */
function accessDenied(method: string, status: number | null): ErrorDecision {
  // The token of a workflow that has ended, or one with a bad signature (B§6.3).
  if (method === 'bizproc.event.send' && status !== 401) return OF_COMMAND;
  if (ADMIN_METHOD.test(method)) return STOPS_METHOD;
  return status === 401 || status === 403 ? STOPS_PORTAL : OF_COMMAND;
}

const isServerFault = (status: number | null): boolean => status !== null && status >= 500;

const serverFault = (method: string): ErrorDecision => ({
  action: 'retry',
  scope: method.startsWith('crm.activity.') ? 'activity' : 'command',
});

/** With 401 or 403, a code that nobody documented speaks of the grant or the portal, never of the item (B§8.4). */
function undocumented(method: string, status: number | null): ErrorDecision {
  if (status === 401 || status === 403) return PORTAL_TROUBLE;
  return isServerFault(status) || status === 408 || status === 429 ? serverFault(method) : OF_COMMAND;
}
