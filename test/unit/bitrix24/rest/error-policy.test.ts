import { describe, expect, test } from '@jest/globals';
import { type ErrorAction, errorPolicy } from '../../../../lib/bitrix24/rest/error-policy.ts';

const DELETE = 'crm.activity.binding.delete';
const ADD = 'crm.activity.binding.add';
const SEND = 'bizproc.event.send';

describe('errorPolicy', () => {
  test.each<[code: string, statuses: readonly (number | null)[], action: ErrorAction]>([
    // B§8.4, with the statuses of the documentation, of the source, and none as in a batch
    ['INTERNAL_SERVER_ERROR', [500, null], 'retry'],
    ['ERROR_UNEXPECTED_ANSWER', [500, null], 'retry'],
    ['QUERY_LIMIT_EXCEEDED', [503, null], 'retry'],
    ['OPERATION_TIME_LIMIT', [429, null], 'rest_method'],
    ['OVERLOAD_LIMIT', [503, 401, null], 'stop_portal'],
    ['expired_token', [401, null], 'refresh_token'],
    ['invalid_token', [401, null], 'refresh_token'],
    ['NO_AUTH_FOUND', [401, null], 'stop_portal'],
    ['CONNECTION_ERROR', [401, null], 'retry'],
    ['authorization_error', [401, null], 'stop_portal'],
    ['APPLICATION_NOT_FOUND', [401, null], 'stop_portal'],
    ['ERROR_OAUTH', [401, null], 'stop_portal'],
    ['INVALID_REQUEST', [400, 401, null], 'stop_portal'],
    ['INVALID_CREDENTIALS', [403, 401, null], 'stop_portal'],
    ['insufficient_scope', [403, 401, null], 'stop_portal'],
    ['user_access_error', [403, 401, null], 'stop_portal'],
    ['allowed_only_intranet_user', [403, null], 'stop_portal'],
    ['WRONG_AUTH_TYPE', [403, null], 'stop_portal'],
    ['WRONG_LICENSE', [403, null], 'stop_portal'],
    ['PAYMENT_REQUIRED', [401, 402, null], 'stop_portal'],
    ['METHOD_CONFIRM_WAITING', [401, null], 'stop_portal'],
    ['METHOD_CONFIRM_DENIED', [403, null], 'stop_portal'],
    ['PORTAL_DELETED', [500, 403, 410, null], 'stop_portal'],
    ['ERROR_METHOD_NOT_FOUND', [404, null], 'stop_portal'],
    ['ERROR_MANIFEST_IS_NOT_AVAILABLE', [404, null], 'stop_portal'],
    ['ERROR_BATCH_METHOD_NOT_ALLOWED', [405, null], 'stop_portal'],
    ['ERROR_BATCH_LENGTH_EXCEEDED', [400, null], 'stop_portal'],
    ['ERROR_CORE', [500], 'retry'],
    ['ERROR_CORE', [400, null], 'refuse'],
    ['ERROR_ARGUMENT', [400, 200, null], 'refuse'],
    ['100', [400, null], 'refuse'],
    ['0', [400, null], 'refuse'],
    ['', [400, 404, null], 'refuse'],
    ['', [408, 429, 503, 502], 'retry'],
    ['NOT_FOUND', [400, null], 'refuse'],
    ['OWNER_NOT_FOUND', [400, null], 'refuse'],
    ['LAST_BINDING_CANNOT_BE_DELETED', [400, null], 'refuse'],
    // nobody documented these
    ['SOMETHING_NEW', [400, 401, 403, 404, 422, 200, null], 'refuse'],
    ['SOMETHING_NEW', [500, 502, 503, 408, 429], 'retry'],
    ['toString', [400, null], 'refuse'],
    ['__proto__', [400, null], 'refuse'],
    // the OAuth server's, and our own
    ['invalid_grant', [400, null], 'stop_portal'],
    ['invalid_client', [400, 401, null], 'stop_portal'],
    ['wrong_client', [200, null], 'stop_portal'],
    ['NOT_INSTALLED', [401, null], 'stop_portal'],
    ['PORTAL_MOVED', [301, 302, 308], 'refresh_token'],
    ['PORTAL_MOVED', [null], 'stop_portal'],
    ['GRANT_MISSING', [null], 'stop_portal'],
    ['GRANT_DEAD', [null], 'stop_portal'],
    ['APP_CREDENTIALS_MISSING', [null], 'stop_portal'],
    ['ENDPOINT_REFUSED', [null], 'stop_portal'],
    ['OAUTH_HOST_REFUSED', [null], 'stop_portal'],
  ])('%s with the statuses %j', (code, statuses, action) => {
    for (const status of statuses) {
      expect([status, errorPolicy(DELETE, code, status)]).toEqual([status, action]);
      expect([status, errorPolicy(DELETE, code.toLowerCase(), status)]).toEqual([status, action]);
    }
  });

  test.each<[method: string, code: string, status: number | null, action: ErrorAction]>([
    [DELETE, 'BINDING_NOT_FOUND', 400, 'already_done'],
    [DELETE, 'BINDING_NOT_FOUND', null, 'already_done'],
    [ADD, 'BINDING_NOT_FOUND', 400, 'refuse'],
    [ADD, 'ACTIVITY_IS_ALREADY_BOUND', 400, 'already_done'],
    [DELETE, 'ACTIVITY_IS_ALREADY_BOUND', 400, 'refuse'],
    ['event.bind', 'ERROR_CORE', 400, 'already_done'],
    ['event.bind', 'ERROR_CORE', 500, 'retry'],
    ['bizproc.robot.delete', 'ERROR_ACTIVITY_NOT_FOUND', 400, 'already_done'],
    [DELETE, 'ACCESS_DENIED', 400, 'refuse'],
    [DELETE, 'ACCESS_DENIED', null, 'refuse'],
    ['crm.item.get', 'ACCESS_DENIED', 400, 'refuse'],
    [DELETE, 'ACCESS_DENIED', 401, 'stop_portal'],
    [DELETE, 'ACCESS_DENIED', 403, 'stop_portal'],
    [SEND, 'ACCESS_DENIED', 403, 'refuse'],
    [SEND, 'ACCESS_DENIED', null, 'refuse'],
    [SEND, 'ACCESS_DENIED', 401, 'stop_portal'],
    ['bizproc.robot.add', 'ACCESS_DENIED', null, 'stop_portal'],
    ['event.bind', 'ACCESS_DENIED', null, 'stop_portal'],
    ['CRM.Activity.Binding.Delete', 'binding_not_found', 400, 'already_done'],
  ])('%s: %s with status %p is %s', (method, code, status, action) => {
    expect(errorPolicy(method, code, status)).toBe(action);
  });

  test('gives exactly one of six actions, whatever it is asked', () => {
    const actions = new Set(['retry', 'rest_method', 'refresh_token', 'already_done', 'refuse', 'stop_portal']);
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
          expect(actions).toContain(errorPolicy(method, code, status));
        }
      }
    }
  });
});
