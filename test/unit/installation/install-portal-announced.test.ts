import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { oauthClient } from '../../../lib/bitrix24/rest/oauth-client.ts';
import { confirmPendingGrant } from '../../../lib/installation/confirm-pending-grant.ts';
import { installPortal } from '../../../lib/installation/install-portal.ts';
import { parsePendingGrant } from '../../../lib/installation/pending-grant.ts';
import { grantCache } from '../../../lib/portal/grant-cache.ts';
import { answerJson, type FixtureServer, fixtureServer } from '../../support/bitrix24/fixture-server.ts';
import { ManualClock } from '../../support/portal/manual-clock.ts';
import { MemoryGrantStore } from '../../support/portal/memory-grant-store.ts';
import { MemoryPendingGrantStore } from '../../support/portal/memory-pending-grant-store.ts';

const DAY = 86_400_000;
const clientEndpoint = 'https://acme.example.com/rest/';
const INFO = { client_id: 'local.0123', scope: 'crm', install: { member_id: 'acme', client_endpoint: clientEndpoint } };
const PAIR = { access_token: 'a', refresh_token: 'r', member_id: 'acme', client_endpoint: clientEndpoint };

let server: FixtureServer;
let respond: (response: ServerResponse) => void;
let store: MemoryGrantStore;
let pendingGrants: MemoryPendingGrantStore;
let rows: (string | number)[][];
let clock: ManualClock;

beforeEach(async () => {
  respond = (response) => answerJson(response, 200, { result: INFO });
  server = await fixtureServer((_, response) => respond(response));
  store = new MemoryGrantStore();
  pendingGrants = new MemoryPendingGrantStore();
  clock = new ManualClock();
  rows = [];
});
afterEach(() => server.close());

function deps() {
  return {
    store,
    pendingGrants: pendingGrants,
    portals: {
      add: async (portal: string) => void rows.push(['add', portal, store.history.length]),
      noteAnnounced: async (portal: string, at: number) => void rows.push(['note', portal, at, store.history.length]),
    },
    grants: grantCache(store, clock),
    oauth: oauthClient({ hosts: [server.url], timeoutMs: 200 }),
    clock,
    allowHttp: false,
  };
}

const install = (builtAt: number | null) =>
  installPortal(deps(), {
    auth: { memberId: 'acme', applicationToken: 'application' },
    tokens: { accessToken: 'access', refreshToken: 'refresh', serverEndpoint: `${server.url}/rest/` },
    builtAt,
  });

const silent = (response: ServerResponse): void => void response.destroy();

/** Confirms what is read from the store. */
function confirmPending() {
  const pending = parsePendingGrant(JSON.stringify(pendingGrants.grants.get('acme')));
  if (pending === null || store.app === null) throw new Error('No grant is pending');
  respond = (response) => answerJson(response, 200, PAIR);
  return confirmPendingGrant(deps(), store.app, pending);
}

describe('the time of an installation', () => {
  test('is noted in the row before the grant is stored', async () => {
    await install(clock.now() - 5000);

    expect(rows).toEqual([
      ['add', 'acme', 0],
      ['note', 'acme', clock.now() - 5000, 0],
    ]);
    expect(store.history).toHaveLength(1);
  });

  test('is noted also when the same grant is stored already', async () => {
    await install(clock.now() - 5000);
    await install(clock.now());

    expect(rows.at(-1)).toEqual(['note', 'acme', clock.now(), 1]);
  });

  test.each([
    ['a day ahead', DAY, true],
    ['more than a day ahead', DAY + 1000, false],
    ['centuries ahead', 9_999 * 365 * DAY, false],
    ['years ago', -9 * 365 * DAY, true],
  ])('%s', async (_, ahead, isNoted) => {
    await install(clock.now() + ahead);

    expect(rows.filter(([what]) => what === 'note')).toHaveLength(isNoted ? 1 : 0);
  });

  test('is not noted when there is none, nor of an installation that is refused', async () => {
    await install(null);
    respond = (response) => answerJson(response, 401, { error: 'invalid_token' });
    await install(clock.now());

    expect(rows).toEqual([]);
  });

  test('is stored with the pending grant, and noted when that is confirmed', async () => {
    const builtAt = clock.now() - 5000;
    respond = silent;
    await install(builtAt);
    const before = [...rows];
    clock.advance(DAY);

    await confirmPending();

    expect(before).toEqual([]);
    expect(rows.at(-1)).toEqual(['note', 'acme', builtAt, 0]);
  });

  test('is judged by when the installation came, and not by when it is confirmed', async () => {
    respond = silent;
    await install(clock.now() + 2 * DAY);
    clock.advance(3 * DAY);

    expect(await confirmPending()).toMatchObject({ kind: 'confirmed' });
    expect(rows).toEqual([]);
  });

  test('is missing from what an earlier version stored, which is confirmed without it', async () => {
    respond = silent;
    await install(clock.now());
    const { announcedAt: _, ...earlier } = { announcedAt: null, ...pendingGrants.grants.get('acme') };

    expect(parsePendingGrant(JSON.stringify(earlier))).toEqual({ ...earlier, announcedAt: null });
  });

  test('is noted when an installation that is hours late proves itself by its refresh token', async () => {
    const builtAt = clock.now() - DAY;
    respond = (response) => {
      respond = (next) => answerJson(next, 200, PAIR);
      answerJson(response, 401, { error: 'expired_token' });
    };

    expect(await install(builtAt)).toMatchObject({ kind: 'stored' });
    expect(rows.at(-1)).toEqual(['note', 'acme', builtAt, 0]);
  });
});
