import { describe, expect, test } from '@jest/globals';
import { errorPolicy, failureCode, mayHaveHappened } from '../../../../lib/bitrix24/rest/error-policy.ts';

const DELETE = 'crm.activity.binding.delete';
const ADD = 'crm.activity.binding.add';
const SEND = 'bizproc.event.send';

const decisionOn = (method: string, code: string, status: number | null): string => {
  const { action, scope } = errorPolicy(method, code, status);
  return `${action} of the ${scope}`;
};

describe('errorPolicy', () => {
  test.each<[code: string, statuses: readonly (number | null)[], decision: string]>([
    // B§8.4, with the statuses of the documentation, of the source, and none as in a batch
    ['INTERNAL_SERVER_ERROR', [500, null], 'retry of the activity'],
    ['ERROR_UNEXPECTED_ANSWER', [500, null], 'retry of the activity'],
    ['QUERY_LIMIT_EXCEEDED', [503, null], 'retry of the portal'],
    ['OPERATION_TIME_LIMIT', [429, null], 'rest of the method'],
    ['OVERLOAD_LIMIT', [503, 401, null], 'stop of the portal'],
    ['expired_token', [401, null], 'refresh_token of the portal'],
    ['invalid_token', [401, null], 'refresh_token of the portal'],
    ['NO_AUTH_FOUND', [401, null], 'stop of the portal'],
    ['CONNECTION_ERROR', [401, null], 'retry of the portal'],
    ['authorization_error', [401, null], 'stop of the portal'],
    ['APPLICATION_NOT_FOUND', [401, null], 'stop of the portal'],
    ['ERROR_OAUTH', [401, null], 'stop of the portal'],
    ['INVALID_REQUEST', [400, 401, null], 'stop of the portal'],
    ['INVALID_CREDENTIALS', [403, 401, null], 'stop of the portal'],
    ['insufficient_scope', [403, 401, null], 'stop of the method'],
    ['user_access_error', [403, 401, null], 'stop of the portal'],
    ['allowed_only_intranet_user', [403, null], 'stop of the method'],
    ['WRONG_AUTH_TYPE', [403, null], 'stop of the method'],
    ['WRONG_LICENSE', [403, null], 'stop of the method'],
    ['PAYMENT_REQUIRED', [401, 402, null], 'stop of the portal'],
    ['METHOD_CONFIRM_WAITING', [401, null], 'stop of the method'],
    ['METHOD_CONFIRM_DENIED', [403, null], 'stop of the method'],
    ['PORTAL_DELETED', [500, 403, 410, null], 'stop of the portal'],
    ['ERROR_METHOD_NOT_FOUND', [404, null], 'stop of the method'],
    ['ERROR_MANIFEST_IS_NOT_AVAILABLE', [404, null], 'stop of the method'],
    ['ERROR_BATCH_METHOD_NOT_ALLOWED', [405, null], 'stop of the method'],
    ['ERROR_BATCH_LENGTH_EXCEEDED', [400, null], 'stop of the method'],
    ['ERROR_CORE', [500], 'retry of the activity'],
    ['ERROR_CORE', [400, null], 'refuse of the command'],
    ['ERROR_ARGUMENT', [400, 200, null], 'refuse of the command'],
    ['100', [400, null], 'refuse of the command'],
    ['0', [400, null], 'refuse of the command'],
    ['', [400, 404, null], 'refuse of the command'],
    ['', [408, 429, 503, 502], 'retry of the activity'],
    ['NOT_FOUND', [400, null], 'refuse of the activity'],
    ['OWNER_NOT_FOUND', [400, null], 'refuse of the activity'],
    ['LAST_BINDING_CANNOT_BE_DELETED', [400, null], 'refuse of the activity'],
    // nobody documented these
    ['SOMETHING_NEW', [400, 404, 422, 200, null], 'refuse of the command'],
    // they speak of the grant or of the portal, never of the item
    ['SOMETHING_NEW', [401, 403], 'retry of the portal'],
    ['verification_needed', [401], 'retry of the portal'],
    ['', [401, 403], 'retry of the portal'],
    ['REST_UNAVAILABLE', [301, 302], 'retry of the portal'],
    ['SOMETHING_NEW', [500, 502, 503, 408, 429], 'retry of the activity'],
    ['toString', [400, null], 'refuse of the command'],
    ['__proto__', [400, null], 'refuse of the command'],
    // the OAuth server's, and our own
    ['invalid_grant', [400, null], 'stop of the portal'],
    ['invalid_client', [400, 401, null], 'stop of the portal'],
    ['wrong_client', [200, null], 'stop of the portal'],
    ['NOT_INSTALLED', [401, null], 'stop of the portal'],
    ['PORTAL_MOVED', [301, 302, 308], 'refresh_token of the portal'],
    ['PORTAL_MOVED', [null], 'stop of the portal'],
    ['GRANT_MISSING', [null], 'stop of the portal'],
    ['GRANT_DEAD', [null], 'stop of the portal'],
    ['APP_CREDENTIALS_MISSING', [null], 'stop of the portal'],
    ['ENDPOINT_REFUSED', [null], 'stop of the portal'],
    ['OAUTH_HOST_REFUSED', [null], 'stop of the portal'],
  ])('%s with the statuses %j', (code, statuses, decision) => {
    for (const status of statuses) {
      expect([status, decisionOn(DELETE, code, status)]).toEqual([status, decision]);
      expect([status, decisionOn(DELETE, code.toLowerCase(), status)]).toEqual([status, decision]);
    }
  });

  test.each<[method: string, code: string, status: number | null, decision: string]>([
    [DELETE, 'BINDING_NOT_FOUND', 400, 'already_done of the command'],
    [DELETE, 'BINDING_NOT_FOUND', null, 'already_done of the command'],
    [ADD, 'BINDING_NOT_FOUND', 400, 'refuse of the command'],
    [ADD, 'ACTIVITY_IS_ALREADY_BOUND', 400, 'already_done of the command'],
    [DELETE, 'ACTIVITY_IS_ALREADY_BOUND', 400, 'refuse of the command'],
    ['event.bind', 'ERROR_CORE', 400, 'already_done of the command'],
    ['event.bind', 'ERROR_CORE', 500, 'retry of the command'],
    ['bizproc.robot.delete', 'ERROR_ACTIVITY_NOT_FOUND', 400, 'already_done of the command'],
    [DELETE, 'ACCESS_DENIED', 400, 'refuse of the command'],
    [DELETE, 'ACCESS_DENIED', null, 'refuse of the command'],
    ['crm.item.get', 'ACCESS_DENIED', 400, 'refuse of the command'],
    [DELETE, 'ACCESS_DENIED', 401, 'stop of the portal'],
    [DELETE, 'ACCESS_DENIED', 403, 'stop of the portal'],
    [SEND, 'ACCESS_DENIED', 403, 'refuse of the command'],
    [SEND, 'ACCESS_DENIED', null, 'refuse of the command'],
    [SEND, 'ACCESS_DENIED', 401, 'stop of the portal'],
    ['bizproc.robot.add', 'ACCESS_DENIED', null, 'stop of the method'],
    ['event.bind', 'ACCESS_DENIED', null, 'stop of the method'],
    ['CRM.Activity.Binding.Delete', 'binding_not_found', 400, 'already_done of the command'],
  ])('%s: %s with status %p is %s', (method, code, status, decision) => {
    expect(decisionOn(method, code, status)).toBe(decision);
  });

  test('gives exactly one of six actions, whatever it is asked', () => {
    const actions = new Set(['retry', 'rest', 'refresh_token', 'already_done', 'refuse', 'stop']);
    const codes = [
      '',
      '0',
      'x',
      'ACCESS_DENIED',
      'ERROR_CORE',
      'constructor',
      'hasOwnProperty',
      'valueOf',
      '\u0000',
      'ı',
    ];

    for (const method of [DELETE, ADD, SEND, '', '__proto__', 'event.bind']) {
      for (const code of codes) {
        for (const status of [null, 0, 200, 302, 400, 401, 403, 408, 429, 499, 500, 503, 599]) {
          expect(actions).toContain(errorPolicy(method, code, status).action);
        }
      }
    }
  });
});

test.each([
  ['INTERNAL_SERVER_ERROR', 500, true],
  ['ERROR_UNEXPECTED_ANSWER', null, true],
  ['ERROR_CORE', null, true],
  ['SOMETHING_NEW', 502, true],
  ['SOMETHING_NEW', 503, false],
  ['SOMETHING_NEW', 401, false],
  ['QUERY_LIMIT_EXCEEDED', 503, false],
])('a change may have happened although the answer is %s with status %p: %p', (code, status, expected) => {
  expect(mayHaveHappened(code, status)).toBe(expected);
});

test.each([
  [{ kind: 'error', code: 'verification_needed', description: '', status: 401 }, 'VERIFICATION_NEEDED'],
  [{ kind: 'error', code: '', description: '', status: 401 }, 'UNKNOWN'],
  [{ kind: 'unsent', reason: 'ECONNREFUSED' }, 'UNREACHABLE'],
  [{ kind: 'unsent', reason: 'OAuth server: ECONNREFUSED', code: 'REFRESH_PENDING' }, 'REFRESH_PENDING'],
  [{ kind: 'unanswered', reason: 'ETIMEDOUT', status: null, begunBy: 0 }, 'NO_ANSWER'],
  [{ kind: 'unanswered', reason: 'unreadable answer', status: 404, begunBy: 0 }, 'UNREADABLE_ANSWER'],
] as const)('the failure %j has the code %s', (failure, code) => {
  expect(failureCode(failure)).toBe(code);
});
