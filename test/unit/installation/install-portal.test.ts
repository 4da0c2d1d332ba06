import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { oauthClient } from '../../../lib/bitrix24/rest/oauth-client.ts';
import { type Install, installPortal } from '../../../lib/installation/install-portal.ts';
import { grantCache } from '../../../lib/portal/grant-cache.ts';
import { answerJson, type FixtureServer, fixtureServer } from '../../support/bitrix24/fixture-server.ts';
import { ManualClock } from '../../support/portal/manual-clock.ts';
import { MemoryGrantStore } from '../../support/portal/memory-grant-store.ts';
import { MemoryPendingGrantStore } from '../../support/portal/memory-pending-grant-store.ts';

const MEMBER = 'a223c6b3710f85df22e9377d6c4f7553';
const INFO = {
  client_id: 'local.0123',
  scope: 'crm,bizproc',
  user_id: 67,
  install: { member_id: MEMBER, client_endpoint: 'https://acme.example.com/rest/' },
};

const NO_ROWS = { add: async () => undefined, noteAnnounced: async () => undefined };

let server: FixtureServer;
let respond: (response: ServerResponse) => void;
let store: MemoryGrantStore;
let pendingGrants: MemoryPendingGrantStore;
const clock = new ManualClock();

beforeEach(async () => {
  respond = (response) => answerJson(response, 200, { result: INFO });
  server = await fixtureServer((_, response) => respond(response));
  store = new MemoryGrantStore();
  pendingGrants = new MemoryPendingGrantStore();
});
afterEach(async () => {
  await server.close();
});

const install = (changes: Partial<Install['tokens']> = {}): Install => ({
  auth: { memberId: MEMBER, applicationToken: 'application' },
  tokens: { accessToken: 'access', refreshToken: 'refresh', serverEndpoint: `${server.url}/rest/`, ...changes },
  builtAt: null,
});

const run = (call: Install) =>
  installPortal(
    {
      store,
      portals: NO_ROWS,
      pendingGrants,
      grants: grantCache(store, clock),
      oauth: oauthClient({ hosts: [server.url], timeoutMs: 200 }),
      clock,
      allowHttp: false,
    },
    call,
  );

describe('installPortal', () => {
  test('stores the grant, with address and scopes from the OAuth host', async () => {
    expect(await run(install())).toMatchObject({ kind: 'stored' });
    expect(store.current(MEMBER)?.grant).toEqual({
      kind: 'oauth',
      memberId: MEMBER,
      clientEndpoint: 'https://acme.example.com/rest/',
      serverEndpoint: `${server.url}/rest/`,
      accessToken: 'access',
      refreshToken: 'refresh',
      applicationToken: 'application',
      userId: 67,
      scope: ['crm', 'bizproc'],
      issuedAt: new Date(clock.now()).toISOString(),
    });
    expect(server.requests.map(({ body }) => body)).toEqual(['auth=access']);
  });

  test('replaces the grant of a known portal', async () => {
    await run(install());
    await run(install({ accessToken: 'access-2', refreshToken: 'refresh-2' }));

    expect(store.current(MEMBER)).toMatchObject({ version: 'v2', grant: { accessToken: 'access-2' } });
  });

  test('stores its grant after a refresh that came in between', async () => {
    await run(install());
    const [first] = store.history;
    store.beforeWrite = () => {
      if (first !== undefined) store.put({ ...first.grant });
    };

    const second = install({ accessToken: 'access-2', refreshToken: 'refresh-2' });
    expect(await run(second)).toMatchObject({ kind: 'stored' });
    expect(store.current(MEMBER)).toMatchObject({ version: 'v3', grant: { accessToken: 'access-2' } });
  });

  test.each([
    ['another application', { ...INFO, client_id: 'local.another' }, 'client_id_mismatch'],
    ['another portal', { ...INFO, install: { ...INFO.install, member_id: 'another' } }, 'member_id_mismatch'],
    [
      'an address that must not be called',
      { ...INFO, install: { ...INFO.install, client_endpoint: 'https://10.0.0.1/rest/' } },
      'client_endpoint_refused',
    ],
  ])('refuses a token of %s', async (_, info, reason) => {
    respond = (response) => answerJson(response, 200, { result: info });

    expect(await run(install())).toEqual({ kind: 'refused', reason });
    expect(store.history).toHaveLength(0);
  });

  test('refuses a token that the OAuth host does not know, also for a known portal', async () => {
    await run(install());
    respond = (response) => answerJson(response, 401, { error: 'invalid_token' });

    expect(await run(install({ accessToken: 'forged' }))).toEqual({ kind: 'refused', reason: 'invalid_token' });
    expect(store.history).toHaveLength(1);
  });

  test('asks no OAuth host that the event made up', async () => {
    const other = await fixtureServer((_, response) => answerJson(response, 200, { result: INFO }));

    const installed = await run(install({ serverEndpoint: `${other.url}/rest/` }));
    await other.close();

    expect(installed).toEqual({ kind: 'refused', reason: 'OAUTH_HOST_REFUSED' });
    expect(other.requests).toHaveLength(0);
  });

  test('keeps a pending grant while the OAuth host is silent', async () => {
    respond = (response) => response.destroy();

    expect(await run(install())).toEqual({ kind: 'kept', reason: 'oauth_unanswered' });
    expect(store.history).toHaveLength(0);
    expect(pendingGrants.grants.get(MEMBER)).toMatchObject({ accessToken: 'access', clientId: null });
  });

  test('keeps a pending grant before our credentials are set, if the portal is the one that it names', async () => {
    store.app = null;

    expect(await run(install())).toEqual({ kind: 'kept', reason: 'app_credentials_missing' });
    expect(await run({ ...install(), auth: { memberId: 'victim', applicationToken: 'x' } })).toEqual({
      kind: 'refused',
      reason: 'member_id_mismatch',
    });
    expect(store.history).toHaveLength(0);
    expect([...pendingGrants.grants.values()]).toMatchObject([{ memberId: MEMBER, clientId: 'local.0123' }]);
  });

  test('says when there is no room', async () => {
    respond = (response) => response.destroy();
    pendingGrants.room = false;

    expect(await run(install())).toEqual({ kind: 'full', reason: 'oauth_unanswered' });
  });

  test('deletes the pending grant when the installation succeeds after all', async () => {
    respond = (response) => response.destroy();
    await run(install());
    respond = (response) => answerJson(response, 200, { result: INFO });

    await run(install());

    expect(pendingGrants.grants.size).toBe(0);
  });
});

describe('an installation that is older than what is stored', () => {
  const HOUR = 3_600_000;
  const expiring = (at: number) => ({ ...INFO, expires: new Date(at).toISOString() });

  test('does not replace it', async () => {
    respond = (response) => answerJson(response, 200, { result: expiring(clock.now() + HOUR) });
    await run(install({ accessToken: 'new', refreshToken: 'new' }));
    respond = (response) => answerJson(response, 200, { result: expiring(clock.now() + HOUR / 2) });

    const installed = await run(install({ accessToken: 'old', refreshToken: 'old' }));

    expect(installed).toMatchObject({ kind: 'stored', grant: { accessToken: 'new' } });
    expect(store.history).toHaveLength(1);
  });

  test('does if it brings another application token, or another address', async () => {
    respond = (response) => answerJson(response, 200, { result: expiring(clock.now() + HOUR) });
    await run(install({ accessToken: 'first', refreshToken: 'first' }));
    respond = (response) => answerJson(response, 200, { result: expiring(clock.now() + HOUR / 2) });

    await run({
      ...install({ accessToken: 'second', refreshToken: 'second' }),
      auth: { memberId: MEMBER, applicationToken: 'another' },
    });

    expect(store.current(MEMBER)?.grant).toMatchObject({ accessToken: 'second', applicationToken: 'another' });
  });

  test('is recognised as the stored one when it is delivered twice', async () => {
    await run(install());
    await run(install());

    expect(store.history).toHaveLength(1);
  });
});
