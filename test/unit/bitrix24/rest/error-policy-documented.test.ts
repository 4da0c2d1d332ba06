import { afterEach, describe, expect, test } from '@jest/globals';
import { errorPolicy } from '../../../../lib/bitrix24/rest/error-policy.ts';
import { CALL, client, closePortals, portal } from '../../../support/bitrix24/client-fixture.ts';
import { answerJson } from '../../../support/bitrix24/fixture-server.ts';

afterEach(closePortals);

describe('a documented error', () => {
  const DELETE = 'crm.activity.binding.delete';
  const ADD = 'crm.activity.binding.add';
  const LIST = 'crm.activity.binding.list';

  test.each([
    [LIST, '100', 400, 'refuse'],
    [LIST, 'NOT_FOUND', 400, 'refuse'],
    [LIST, 'ACCESS_DENIED', 400, 'refuse'],
    [ADD, '100', 400, 'refuse'],
    [ADD, 'NOT_FOUND', 400, 'refuse'],
    [ADD, 'ACCESS_DENIED', 400, 'refuse'],
    [ADD, 'ACTIVITY_IS_ALREADY_BOUND', 400, 'already_done'],
    [ADD, 'OWNER_NOT_FOUND', 400, 'refuse'],
    [ADD, '0', 400, 'refuse'],
    [ADD, 'allowed_only_intranet_user', 403, 'stop'],
    [DELETE, '100', 400, 'refuse'],
    [DELETE, 'NOT_FOUND', 400, 'refuse'],
    [DELETE, 'ACCESS_DENIED', 400, 'refuse'],
    [DELETE, 'BINDING_NOT_FOUND', 400, 'already_done'],
    [DELETE, 'LAST_BINDING_CANNOT_BE_DELETED', 400, 'refuse'],
    [DELETE, 'OWNER_NOT_FOUND', 400, 'refuse'],
    [DELETE, '0', 400, 'refuse'],
    [DELETE, 'allowed_only_intranet_user', 403, 'stop'],
  ])('of %s, %s with status %d, arrives and leads to %s', async (method, code, status, action) => {
    const server = await portal((_, response) =>
      answerJson(response, status, { error: code, error_description: 'Some text' }),
    );

    const answer = await client().send(
      { url: `${server.url}/rest/`, accessToken: 'secret-token' },
      { ...CALL, method },
    );

    expect(answer).toEqual({ kind: 'error', code, description: 'Some text', status });
    expect(errorPolicy(method, code, status).action).toBe(action);
  });
});
