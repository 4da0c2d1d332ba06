import { expect, test } from '@jest/globals';
import { startOauthServer } from '../../../../lib/simulator/oauth-server.ts';
import { createPortalClock } from '../../../../lib/simulator/portal-clock.ts';
import { get, NOON, post, startTestFront, withFront } from '../../../support/simulator/test-front.ts';

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
])('refuses every call with %s when told to, with the status of the docs or of the source', (code, docs, source) =>
  withFront({ settings: { authError: code } }, async (front, call) => {
    expect(await call('base.ping')).toMatchObject({ status: docs, body: { error: code } });
    front.settings.statuses = 'source';
    expect(await call('batch', { cmd: { a: 'base.ping' } })).toMatchObject({ status: source, body: { error: code } });
  }),
);

test('a token expires after 3600 s by the clock', () =>
  withFront({}, async (front, call) => {
    front.clock.advance(3_599_999);
    expect((await call('base.ping')).status).toBe(200);

    front.clock.advance(1);
    expect(await call('base.ping')).toMatchObject({ status: 401, body: { error: 'expired_token' } });
  }));

test('all tokens of the portal can be made to expire at once', () =>
  withFront({}, async (front, call) => {
    front.expireTokens();

    expect(await call('base.ping')).toMatchObject({ status: 401, body: { error: 'expired_token' } });
  }));

test('an unknown token gets invalid_token, or NO_AUTH_FOUND when set so', () =>
  withFront({}, async (front) => {
    expect((await get(`${front.url}/rest/base.ping?auth=unknown`)).body.error).toBe('invalid_token');

    front.settings.unknownToken = 'NO_AUTH_FOUND';
    expect((await get(`${front.url}/rest/base.ping?auth=unknown`)).body.error).toBe('NO_AUTH_FOUND');
  }));

test('a call without a token gets NO_AUTH_FOUND', () =>
  withFront({}, async (front) => {
    expect(await get(`${front.url}/rest/base.ping`)).toMatchObject({ status: 401, body: { error: 'NO_AUTH_FOUND' } });
  }));

test('a token of another portal is unknown here', async () => {
  const oauth = await startOauthServer({ clock: createPortalClock(() => NOON) });
  const [one, other] = [await startTestFront({ oauth }), await startTestFront({ oauth })];

  const { accessToken } = other.issueGrant();
  const reply = await get(`${one.url}/rest/base.ping?auth=${accessToken}`);

  expect(reply.body.error).toBe('invalid_token');
  await Promise.all([one.close(), other.close(), oauth.close()]);
});

test('after the application was removed its tokens get APPLICATION_NOT_FOUND, and do not come back with it', () =>
  withFront({}, async (front, call) => {
    front.uninstall();
    expect(await call('base.ping')).toMatchObject({ status: 401, body: { error: 'APPLICATION_NOT_FOUND' } });

    front.install();
    expect((await call('base.ping')).body.error).toBe('invalid_token');
    const { accessToken } = front.issueGrant();
    expect((await get(`${front.url}/rest/base.ping?auth=${accessToken}`)).status).toBe(200);
  }));

test('a wrong webhook gets INVALID_CREDENTIALS', () =>
  withFront({}, async (front) => {
    const ofAnotherUser = front.webhookUrl(1).replace('/rest/1/', '/rest/2/');

    expect(await get(`${front.url}/rest/1/wrong/base.ping`)).toMatchObject({
      status: 403,
      body: { error: 'INVALID_CREDENTIALS' },
    });
    expect((await get(`${ofAnotherUser}base.ping`)).body.error).toBe('INVALID_CREDENTIALS');
  }));

test('a missing scope gets insufficient_scope, for an application and for a webhook', async () => {
  const oauth = await startOauthServer({ application: { scope: ['bizproc'] } });
  const front = await startTestFront({ oauth, settings: { webhookScope: ['bizproc'] } });
  const { accessToken } = front.issueGrant();

  expect(await post(`${front.url}/rest/crm.value`, { auth: accessToken })).toMatchObject({
    status: 403,
    body: { error: 'insufficient_scope' },
  });
  expect((await get(`${front.webhookUrl()}crm.value`)).body.error).toBe('insufficient_scope');
  expect((await get(`${front.webhookUrl()}base.ping`)).status).toBe(200);

  await front.close();
  await oauth.close();
});

test('a dismissed user and a user without access are refused', () =>
  withFront({}, async (front, call) => {
    front.settings.usersWithoutAccess = [1];
    expect(await call('base.ping')).toMatchObject({ status: 403, body: { error: 'user_access_error' } });

    front.settings.dismissedUsers = [1];
    expect(await call('base.ping')).toMatchObject({ status: 401, body: { error: 'authorization_error' } });
  }));
