import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import { oauthClient } from '../../../../lib/bitrix24/rest/oauth-client.ts';
import { answerJson, type FixtureServer, fixtureServer } from '../../../support/bitrix24/fixture-server.ts';

const CREDENTIALS = { clientId: 'local.0123', clientSecret: 'client-secret' };
const GRANTED = {
  access_token: 'new-access',
  expires: 1780319382,
  expires_in: 3600,
  scope: 'crm,bizproc placement',
  domain: 'oauth.bitrix.info',
  server_endpoint: 'https://oauth.bitrix.info/rest/',
  status: 'L',
  client_endpoint: 'https://acme.example.com/rest/',
  member_id: 'a223c6b3710f85df22e9377d6c4f7553',
  user_id: 67,
  refresh_token: 'new-refresh',
};
const INFO = {
  client_id: 'local.0123',
  scope: 'crm,bizproc',
  expires: '2026-11-24T12:00:00+00:00',
  user_id: '67',
  install: {
    installed: true,
    domain: 'acme.example.com',
    client_endpoint: 'https://acme.example.com/rest/',
    member_id: 'a223c6b3710f85df22e9377d6c4f7553',
  },
};

let server: FixtureServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function oauth(respond: (response: ServerResponse) => void) {
  server = await fixtureServer((_, response) => respond(response));
  return { client: oauthClient({ hosts: [server.url], timeoutMs: 200 }), base: `${server.url}/rest/` };
}

describe('refresh', () => {
  test('posts a form, with the secret in the body and not in the URL', async () => {
    const { client, base } = await oauth((response) => answerJson(response, 200, GRANTED));

    await client.refresh(base, CREDENTIALS, 'old-refresh');

    const [request] = server?.requests ?? [];
    expect(request).toMatchObject({ method: 'POST', path: '/oauth/token/' });
    expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
      grant_type: 'refresh_token',
      client_id: 'local.0123',
      client_secret: 'client-secret',
      refresh_token: 'old-refresh',
    });
  });

  test('reads the new pair and the portal address', async () => {
    const { client, base } = await oauth((response) => answerJson(response, 200, GRANTED));

    expect(await client.refresh(base, CREDENTIALS, 'old-refresh')).toEqual({
      kind: 'granted',
      accessToken: 'new-access',
      refreshToken: 'new-refresh',
      memberId: 'a223c6b3710f85df22e9377d6c4f7553',
      clientEndpoint: 'https://acme.example.com/rest/',
      userId: 67,
      scope: ['crm', 'bizproc', 'placement'],
    });
  });

  test.each([
    ['invalid_request', 400, 'application'],
    ['invalid_client', 400, 'application'],
    ['invalid_client', 401, 'application'],
    ['wrong_client', 200, 'application'],
    ['invalid_grant', 400, 'grant'],
    ['insufficient_scope', 403, 'application'],
    ['invalid_scope', 403, 'application'],
    ['PAYMENT_REQUIRED', 401, 'application'],
    ['PAYMENT_REQUIRED', 402, 'application'],
    ['NOT_INSTALLED', 401, 'application'],
    ['bad_verification_code', 400, 'grant'],
  ])('is denied by %s with status %d', async (code, status, about) => {
    const { client, base } = await oauth((response) =>
      answerJson(response, status, { error: code, error_description: 'x' }),
    );

    expect(await client.refresh(base, CREDENTIALS, 'old-refresh')).toEqual({ kind: 'denied', code, about });
  });

  test.each(['<html></html>', '', '{}', '[]'])(
    'takes no verdict from a 404 with %j, which the host did not write',
    async (page) => {
      const { client, base } = await oauth((response) => response.writeHead(404).end(page));

      expect(await client.refresh(base, CREDENTIALS, 'r')).toMatchObject({ kind: 'unanswered' });
    },
  );

  test('takes the code of a 404 for a verdict', async () => {
    const { client, base } = await oauth((response) => answerJson(response, 404, { error: 'PORTAL_DELETED' }));

    expect(await client.refresh(base, CREDENTIALS, 'r')).toMatchObject({ kind: 'denied', code: 'PORTAL_DELETED' });
  });

  test.each<[string, (response: ServerResponse) => void]>([
    ['500', (response) => response.writeHead(500).end('<html></html>')],
    ['503 with a code', (response) => answerJson(response, 503, { error: 'temporarily_unavailable' })],
    ['429', (response) => response.writeHead(429).end('slow down')],
    ['a page', (response) => response.writeHead(200).end('<html></html>')],
    ['half a pair', (response) => answerJson(response, 200, { ...GRANTED, refresh_token: undefined })],
    ['a redirect', (response) => response.writeHead(302, { location: 'https://evil.example.com/' }).end()],
    ['a reset', (response) => response.destroy()],
    ['silence', () => undefined],
  ])('is unanswered after %s, and shows no secret', async (_, respond) => {
    const { client, base } = await oauth(respond);

    const answer = await client.refresh(base, CREDENTIALS, 'old-refresh');

    expect(answer.kind).toBe('unanswered');
    expect(JSON.stringify(answer)).not.toMatch(/secret|old-refresh|new-access/);
  });
});

describe('appInfo', () => {
  test('asks with the token in the body', async () => {
    const { client, base } = await oauth((response) => answerJson(response, 200, INFO));

    await client.appInfo(base, 'offered');

    expect(server?.requests[0]).toMatchObject({ method: 'POST', path: '/rest/app.info', body: 'auth=offered' });
  });

  test.each([
    ['bare', INFO],
    ['in an envelope', { result: INFO, time: {} }],
  ])('reads the answer %s', async (_, body) => {
    const { client, base } = await oauth((response) => answerJson(response, 200, body));

    expect(await client.appInfo(base, 'offered')).toEqual({
      kind: 'known',
      clientId: 'local.0123',
      memberId: 'a223c6b3710f85df22e9377d6c4f7553',
      clientEndpoint: 'https://acme.example.com/rest/',
      userId: 67,
      scope: ['crm', 'bizproc'],
      expiresAt: Date.parse(INFO.expires),
    });
  });

  test('is denied for a token that is not valid', async () => {
    const { client, base } = await oauth((response) => answerJson(response, 401, { error: 'invalid_token' }));

    expect(await client.appInfo(base, 'offered')).toEqual({ kind: 'denied', code: 'invalid_token', about: 'grant' });
  });

  test('is unanswered when the answer does not say whose token it is', async () => {
    const { client, base } = await oauth((response) => answerJson(response, 200, { result: { ...INFO, install: [] } }));

    expect(await client.appInfo(base, 'offered')).toMatchObject({ kind: 'unanswered' });
  });
});

describe('a server endpoint that is not allow-listed', () => {
  test.each([
    'https://evil.example.com/rest/',
    'https://oauth.bitrix.info.evil.example.com/rest/',
    'https://oauth.bitrix.info@evil.example.com/rest/',
    'http://oauth.bitrix.info/rest/',
    'https://oauth.bitrix.info:8443/rest/',
    'https://oauth.bitrix.info/other/',
    'https://oauth.bitrix.info/',
    '',
  ])('%j gets no connection', async (base) => {
    const client = oauthClient({ hosts: ['https://oauth.bitrix24.tech', 'https://oauth.bitrix.info'] });

    expect(await client.refresh(base, CREDENTIALS, 'r')).toMatchObject({ kind: 'denied', code: 'OAUTH_HOST_REFUSED' });
    expect(await client.appInfo(base, 'a')).toMatchObject({ kind: 'denied', code: 'OAUTH_HOST_REFUSED' });
  });
});
