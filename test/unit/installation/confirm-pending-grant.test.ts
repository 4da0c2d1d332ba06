import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { oauthClient } from '../../../lib/bitrix24/rest/oauth-client.ts';
import { confirmPendingGrant } from '../../../lib/installation/confirm-pending-grant.ts';
import type { PendingGrant } from '../../../lib/installation/pending-grant.ts';
import { grantCache } from '../../../lib/portal/grant-cache.ts';
import { answerJson, type FixtureServer, fixtureServer } from '../../support/bitrix24/fixture-server.ts';
import { ManualClock } from '../../support/portal/manual-clock.ts';
import { MemoryGrantStore } from '../../support/portal/memory-grant-store.ts';

const CREDENTIALS = { clientId: 'local.0123', clientSecret: 'secret' };
const PAIR = {
  access_token: 'access-1',
  refresh_token: 'refresh-1',
  member_id: 'acme',
  client_endpoint: 'https://acme.example.com/rest/',
  user_id: 67,
  scope: 'crm,bizproc',
};

let server: FixtureServer;
let respond: (response: ServerResponse) => void;
let store: MemoryGrantStore;
const clock = new ManualClock();

beforeEach(async () => {
  respond = (response) => answerJson(response, 200, PAIR);
  server = await fixtureServer((_, response) => respond(response));
  store = new MemoryGrantStore();
});
afterEach(async () => {
  await server.close();
});

const confirm = () => {
  const pending: PendingGrant = {
    memberId: 'acme',
    applicationToken: 'application',
    accessToken: 'access-0',
    refreshToken: 'refresh-0',
    serverEndpoint: `${server.url}/rest/`,
    clientId: null,
    keptAt: clock.now() - 10_000,
    announcedAt: null,
  };
  const oauth = oauthClient({ hosts: [server.url], timeoutMs: 200 });
  const grants = grantCache(store, clock);
  const portals = { add: async () => undefined, noteAnnounced: async () => undefined };
  return confirmPendingGrant({ store, portals, grants, oauth, clock, allowHttp: false }, CREDENTIALS, pending);
};

describe('confirmPendingGrant', () => {
  test('stores the new pair with the application token of the pending grant', async () => {
    expect(await confirm()).toMatchObject({ kind: 'confirmed' });
    expect(store.current('acme')?.grant).toEqual({
      kind: 'oauth',
      memberId: 'acme',
      clientEndpoint: 'https://acme.example.com/rest/',
      serverEndpoint: `${server.url}/rest/`,
      accessToken: 'access-1',
      refreshToken: 'refresh-1',
      applicationToken: 'application',
      userId: 67,
      scope: ['crm', 'bizproc'],
      issuedAt: new Date(clock.now()).toISOString(),
    });
  });

  test.each([
    ['tokens of another portal', { ...PAIR, member_id: 'another' }, 'MEMBER_ID_MISMATCH'],
    ['an address that must not be called', { ...PAIR, client_endpoint: 'https://10.0.0.1/rest/' }, 'ENDPOINT_REFUSED'],
    ['no address', { ...PAIR, client_endpoint: undefined }, 'ENDPOINT_REFUSED'],
  ])('refuses %s for good', async (_, answer, code) => {
    respond = (response) => answerJson(response, 200, answer);

    expect(await confirm()).toEqual({ kind: 'refused', code, useless: true });
    expect(store.history).toHaveLength(0);
  });

  test.each([
    ['invalid_grant', true],
    ['invalid_client', false],
    ['wrong_client', false],
    ['NOT_INSTALLED', false],
  ])('knows whether the tokens may still be valid after %s', async (error, useless) => {
    respond = (response) => answerJson(response, 400, { error });

    expect(await confirm()).toEqual({ kind: 'refused', code: error.toUpperCase(), useless });
  });

  test('leaves it open while the OAuth server is silent', async () => {
    respond = (response) => response.destroy();

    expect(await confirm()).toEqual({ kind: 'later' });
  });
});
