import { expect, test } from '@jest/globals';
import { get, NOON, type Reply, refresher, textOf, withServer } from '../../support/simulator/test-server.ts';

test('answers a refresh with a new pair, the portal’s endpoint and its own name as the domain', () =>
  withServer({}, async (server) => {
    const grant = server.issueGrant(67);

    const { status, body } = await refresher(server)(grant.refreshToken);

    expect(status).toBe(200);
    expect(body).toEqual({
      access_token: expect.stringMatching(/^[0-9a-f]{70}$/),
      expires: NOON / 1000 + 3600,
      expires_in: 3600,
      scope: 'crm,bizproc,placement',
      domain: new URL(server.oauth.url).host,
      server_endpoint: `${server.oauth.url}/rest/`,
      status: 'L',
      client_endpoint: `${server.url}/rest/`,
      member_id: server.memberId,
      user_id: 67,
      refresh_token: expect.stringMatching(/^[0-9a-f]{70}$/),
    });
    expect(body.refresh_token).not.toBe(grant.refreshToken);
    expect((await get(`${server.url}/rest/base.ping?auth=${textOf(body.access_token)}`)).status).toBe(200);
  }));

test('answers a refresh by GET as well', () =>
  withServer({}, async (server) => {
    const { clientId, clientSecret, url } = server.oauth;
    const query = `grant_type=refresh_token&client_id=${clientId}&client_secret=${clientSecret}`;

    const { status } = await get(`${url}/oauth/token/?${query}&refresh_token=${server.issueGrant().refreshToken}`);

    expect(status).toBe(200);
  }));

test('a refresh names the new address of a renamed portal', () =>
  withServer({}, async (server) => {
    const { refreshToken } = server.issueGrant();
    const url = await server.rename();

    expect((await refresher(server)(refreshToken)).body.client_endpoint).toBe(`${url}/rest/`);
  }));

test('strict: a refresh token is good for one use, its successor lives on', () =>
  withServer({}, async (server) => {
    const refresh = refresher(server);
    const { refreshToken } = server.issueGrant();

    const first = await refresh(refreshToken);

    expect(await refresh(refreshToken)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect((await refresh(textOf(first.body.refresh_token))).status).toBe(200);
  }));

test('grace: a replaced refresh token works for 60 s more', () =>
  withServer({}, async (server) => {
    server.oauth.settings.rotation = 'grace';
    const refresh = refresher(server);
    const { refreshToken } = server.issueGrant();
    await refresh(refreshToken);

    server.clock.advance(59_999);
    expect((await refresh(refreshToken)).status).toBe(200);
    server.clock.advance(1);
    expect((await refresh(refreshToken)).body.error).toBe('invalid_grant');
  }));

test('family: using a replaced refresh token revokes every token of the grant', () =>
  withServer({}, async (server) => {
    server.oauth.settings.rotation = 'family';
    const refresh = refresher(server);
    const { refreshToken } = server.issueGrant();
    const other = server.issueGrant();
    const { body } = await refresh(refreshToken);

    await refresh(refreshToken);

    expect((await refresh(textOf(body.refresh_token))).body.error).toBe('invalid_grant');
    expect((await get(`${server.url}/rest/base.ping?auth=${textOf(body.access_token)}`)).body.error).toBe(
      'invalid_token',
    );
    expect((await refresh(other.refreshToken)).status).toBe(200);
  }));

test('a refresh token ends after 180 days', () =>
  withServer({}, async (server) => {
    const { refreshToken } = server.issueGrant();

    server.clock.advance(180 * 86_400_000);

    expect((await refresher(server)(refreshToken)).body.error).toBe('invalid_grant');
  }));

test('refuses anything but a refresh by the token’s own application', () =>
  withServer({}, async (server) => {
    const refresh = refresher(server);
    const { refreshToken } = server.issueGrant();
    const other = server.oauth.addApplication();
    const credentials = { client_id: other.clientId, client_secret: other.clientSecret };

    expect(await refresh(refreshToken, { grant_type: '' })).toMatchObject({
      status: 400,
      body: { error: 'invalid_request' },
    });
    expect(await refresh('')).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
    expect(await refresh(refreshToken, { client_secret: 'wrong' })).toMatchObject({
      status: 401,
      body: { error: 'invalid_client' },
    });
    expect(await refresh(refreshToken, credentials)).toMatchObject({ status: 200, body: { error: 'wrong_client' } });
    expect(await refresh('unknown')).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect((await refresh(refreshToken)).body).toHaveProperty('access_token');
  }));

test('an application that was removed from the portal is NOT_INSTALLED', () =>
  withServer({}, async (server) => {
    const { refreshToken } = server.issueGrant();
    server.uninstall();

    expect(await refresher(server)(refreshToken)).toMatchObject({ status: 401, body: { error: 'NOT_INSTALLED' } });
  }));

test('issues a pair for an authorization code, once and within 30 s', () =>
  withServer({}, async (server) => {
    const { oauth, memberId, clientId } = server;
    const owner = { memberId, clientId, userId: 1, scope: ['crm'] };
    const [code, late] = [oauth.issueCode(owner), oauth.issueCode(owner)];
    const redeem = (value: string): Promise<Reply> =>
      refresher(server)('', { grant_type: 'authorization_code', code: value });

    const { status, body } = await redeem(code);
    const again = await redeem(code);
    server.clock.advance(30_000);

    expect(status).toBe(200);
    expect(body).toMatchObject({ scope: 'crm', member_id: memberId });
    expect(body).not.toHaveProperty('user_id');
    expect(again).toMatchObject({ status: 400, body: { error: 'bad_verification_code' } });
    expect((await redeem(late)).body.error).toBe('bad_verification_code');
  }));

test.each([
  ['invalid_request', 400],
  ['invalid_client', 401],
  ['wrong_client', 200],
  ['invalid_grant', 400],
  ['insufficient_scope', 403],
  ['invalid_scope', 403],
  ['PAYMENT_REQUIRED', 401],
  ['NOT_INSTALLED', 401],
  ['bad_verification_code', 400],
])('%s can be scripted once, and set for all calls', (code, status) =>
  withServer({}, async (server) => {
    const { refreshToken } = server.issueGrant();
    server.script({ method: 'oauth/token', kind: { error: { code } } });

    expect(await refresher(server)(refreshToken)).toMatchObject({ status, body: { error: code } });
    expect((await refresher(server)(refreshToken)).body).toHaveProperty('access_token');
    server.oauth.settings.error = code;
    expect(await refresher(server)(refreshToken)).toMatchObject({ status, body: { error: code } });
  }),
);

test('can be broken or slow, or lose its answer after rotating the pair', () =>
  withServer({}, async (server) => {
    const refresh = refresher(server);
    const { refreshToken } = server.issueGrant();

    server.script({ method: 'oauth/token', kind: { status: 500, body: '' } });
    expect((await refresh(refreshToken)).status).toBe(500);

    server.script({ method: 'oauth/token', kind: { delayMs: 20_000 } });
    const slow = refresh(refreshToken);
    while (server.oauth.calls.token < 2) await new Promise((resolve) => setTimeout(resolve, 2));
    server.clock.advance(20_000);
    const { body } = await slow;

    server.script({ method: 'oauth/token', when: 'after', kind: 'close' });
    const next = textOf(body.refresh_token);
    await expect(refresh(next)).rejects.toThrow();
    expect((await refresh(next)).body.error).toBe('invalid_grant');
  }));
