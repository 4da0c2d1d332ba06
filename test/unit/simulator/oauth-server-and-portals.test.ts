import { expect, test } from '@jest/globals';
import { startOauthServer } from '../../../lib/simulator/oauth-server.ts';
import { createPortalClock } from '../../../lib/simulator/portal-clock.ts';
import {
  get,
  NOON,
  type Reply,
  refresher,
  startTestServer,
  textOf,
  withServer,
} from '../../support/simulator/test-server.ts';

test('counts calls and notes them in the portal’s ledger, with the generations of the pairs and without secrets', () =>
  withServer({}, async (server, call) => {
    const grant = server.issueGrant();
    const { body } = await refresher(server)(grant.refreshToken);
    await call('base.ping');
    await get(`${server.url}/rest/base.ping?auth=${textOf(body.access_token)}`);

    const [refresh, older, newer] = server.ledger.requests;

    expect(server.oauth.calls).toEqual({ token: 1, appInfo: 0 });
    expect(refresh).toMatchObject({
      host: 'oauth',
      method: 'oauth/token',
      status: 200,
      tokenGeneration: 2,
      issuedGeneration: 3,
    });
    expect(older).toMatchObject({ host: 'portal', tokenGeneration: 1 });
    expect(newer).toMatchObject({ host: 'portal', tokenGeneration: 3 });
    const ledger = JSON.stringify(server.ledger);
    const secrets = [grant.accessToken, grant.refreshToken, server.oauth.clientSecret, body.access_token];
    for (const secret of secrets) expect(ledger).not.toContain(secret);
  }));

test('app.info says what an access token is good for', () =>
  withServer({}, async (server) => {
    const { accessToken } = server.issueGrant(67);

    const { status, body } = await get(`${server.oauth.url}/rest/app.info?auth=${accessToken}`);

    expect(status).toBe(200);
    expect(body.result).toEqual({
      client_id: server.clientId,
      scope: 'crm,bizproc,placement',
      expires: '2026-08-20T16:00:00+03:00',
      user_id: 67,
      install: {
        installed: true,
        version: '1',
        status: 'L',
        scope: 'crm,bizproc,placement',
        domain: new URL(server.url).host,
        uri: '',
        client_endpoint: `${server.url}/rest/`,
        member_id: server.memberId,
        member_type: 'P',
      },
    });
    expect(body).toHaveProperty('time.start');
    expect(server.oauth.calls.appInfo).toBe(1);
  }));

test('app.info refuses unknown, missing and expired tokens, and can be scripted', () =>
  withServer({}, async (server) => {
    const { accessToken } = server.issueGrant();
    const ask = (token: string): Promise<Reply> => get(`${server.oauth.url}/rest/app.info?auth=${token}`);

    server.script({ method: 'app.info', kind: 'close' });
    await expect(ask(accessToken)).rejects.toThrow();
    expect(await ask('unknown')).toMatchObject({ status: 401, body: { error: 'invalid_token' } });
    expect(await ask('')).toMatchObject({ status: 401, body: { error: 'NO_AUTH_FOUND' } });
    server.expireTokens();
    expect(await ask(accessToken)).toMatchObject({ status: 401, body: { error: 'expired_token' } });
  }));

test('portals that share it have ledgers, faults and tokens of their own', async () => {
  const oauth = await startOauthServer({ clock: createPortalClock(() => NOON) });
  const [one, other] = [await startTestServer({ oauth }), await startTestServer({ oauth })];

  one.script({ method: 'oauth/token', kind: 'close' });
  const { status, body } = await refresher(other)(other.issueGrant().refreshToken);

  expect(status).toBe(200);
  expect(body.member_id).toBe(other.memberId);
  expect([one.ledger.requests.length, other.ledger.requests.length]).toEqual([0, 1]);
  await expect(refresher(one)(one.issueGrant().refreshToken)).rejects.toThrow();
  await Promise.all([one.close(), other.close(), oauth.close()]);
});
