import { expect, test } from '@jest/globals';
import { startOauthServer } from '../../../../lib/simulator/oauth-server.ts';
import { createPortalClock } from '../../../../lib/simulator/portal-clock.ts';
import { get, NOON, post, startTestServer, withServer } from '../../../support/simulator/test-server.ts';

test.each([
  ['OVERLOAD_LIMIT', 503, 401],
  ['NO_AUTH_FOUND', 401, 401],
  ['CONNECTION_ERROR', 401, 401],
  ['authorization_error', 401, 401],
  ['APPLICATION_NOT_FOUND', 401, 401],
  ['ERROR_OAUTH', 401, 401],
  ['INVALID_REQUEST', 400, 401],
  ['INVALID_CREDENTIALS', 403, 401],
  ['insufficient_scope', 403, 401],
  ['user_access_error', 403, 401],
  ['ACCESS_DENIED', 403, 401],
  ['PAYMENT_REQUIRED', 401, 401],
  ['PORTAL_DELETED', 500, 403],
  ['METHOD_CONFIRM_WAITING', 401, 401],
])('can refuse every call with %s, with the status of the docs or of the source', (code, docs, source) =>
  withServer({ settings: { authError: code } }, async (server, call) => {
    expect(await call('base.ping')).toMatchObject({ status: docs, body: { error: code } });
    server.settings.statuses = 'source';
    expect(await call('batch', { cmd: { a: 'base.ping' } })).toMatchObject({ status: source, body: { error: code } });
  }),
);

test('a token expires after 3600 s by the clock', () =>
  withServer({}, async (server, call) => {
    server.clock.advance(3_599_999);
    expect((await call('base.ping')).status).toBe(200);

    server.clock.advance(1);
    expect(await call('base.ping')).toMatchObject({ status: 401, body: { error: 'expired_token' } });
  }));

test('all tokens of the portal can be made to expire at once', () =>
  withServer({}, async (server, call) => {
    server.expireTokens();

    expect(await call('base.ping')).toMatchObject({ status: 401, body: { error: 'expired_token' } });
  }));

test('an unknown token gets invalid_token, or NO_AUTH_FOUND if so configured', () =>
  withServer({}, async (server) => {
    expect((await get(`${server.url}/rest/base.ping?auth=unknown`)).body.error).toBe('invalid_token');

    server.settings.unknownToken = 'NO_AUTH_FOUND';
    expect((await get(`${server.url}/rest/base.ping?auth=unknown`)).body.error).toBe('NO_AUTH_FOUND');
  }));

test('a call without a token gets NO_AUTH_FOUND', () =>
  withServer({}, async (server) => {
    expect(await get(`${server.url}/rest/base.ping`)).toMatchObject({ status: 401, body: { error: 'NO_AUTH_FOUND' } });
  }));

test('a token of another portal is unknown here', async () => {
  const oauth = await startOauthServer({ clock: createPortalClock(() => NOON) });
  const [one, other] = [await startTestServer({ oauth }), await startTestServer({ oauth })];

  const { accessToken } = other.issueGrant();
  const reply = await get(`${one.url}/rest/base.ping?auth=${accessToken}`);

  expect(reply.body.error).toBe('invalid_token');
  await Promise.all([one.close(), other.close(), oauth.close()]);
});

test('after the application was removed its tokens get APPLICATION_NOT_FOUND, and do not come back with it', () =>
  withServer({}, async (server, call) => {
    server.uninstall();
    expect(await call('base.ping')).toMatchObject({ status: 401, body: { error: 'APPLICATION_NOT_FOUND' } });

    server.install();
    expect((await call('base.ping')).body.error).toBe('invalid_token');
    const { accessToken } = server.issueGrant();
    expect((await get(`${server.url}/rest/base.ping?auth=${accessToken}`)).status).toBe(200);
  }));

test('a wrong webhook gets INVALID_CREDENTIALS', () =>
  withServer({}, async (server) => {
    const ofAnotherUser = server.webhookUrl(1).replace('/rest/1/', '/rest/2/');

    expect(await get(`${server.url}/rest/1/wrong/base.ping`)).toMatchObject({
      status: 403,
      body: { error: 'INVALID_CREDENTIALS' },
    });
    expect((await get(`${ofAnotherUser}base.ping`)).body.error).toBe('INVALID_CREDENTIALS');
  }));

test('a missing scope gets insufficient_scope, for an application and for a webhook', async () => {
  const oauth = await startOauthServer({ application: { scope: ['bizproc'] } });
  const server = await startTestServer({ oauth, settings: { webhookScope: ['bizproc'] } });
  const { accessToken } = server.issueGrant();

  expect(await post(`${server.url}/rest/crm.value`, { auth: accessToken })).toMatchObject({
    status: 403,
    body: { error: 'insufficient_scope' },
  });
  expect((await get(`${server.webhookUrl()}crm.value`)).body.error).toBe('insufficient_scope');
  expect((await get(`${server.webhookUrl()}base.ping`)).status).toBe(200);

  await server.close();
  await oauth.close();
});

test('a dismissed user and a user without access are refused', () =>
  withServer({}, async (server, call) => {
    server.settings.usersWithoutAccess = [1];
    expect(await call('base.ping')).toMatchObject({ status: 403, body: { error: 'user_access_error' } });

    server.settings.dismissedUsers = [1];
    expect(await call('base.ping')).toMatchObject({ status: 401, body: { error: 'authorization_error' } });
  }));
