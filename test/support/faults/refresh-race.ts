import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { oauthClient } from '../../../lib/bitrix24/rest/oauth-client.ts';
import { grantCache } from '../../../lib/portal/grant-cache.ts';
import { openPortal } from '../../../lib/portal/open-portal.ts';
import type { PortalApi } from '../../../lib/portal/portal-api.ts';
import { startOauthServer } from '../../../lib/simulator/oauth-server.ts';
import { type SimulatedPortal, startSimulatedPortal } from '../../../lib/simulator/simulated-portal.ts';
import { newLife } from '../virtual/life.ts';
import { type LocalTables, openLocalTables } from '../virtual/local-tables.ts';
import { seededRandom } from '../virtual/seeded-random.ts';
import { VirtualClock } from '../virtual/virtual-clock.ts';
import { virtualRestClient } from '../virtual/virtual-rest-client.ts';
import { type PortWatch, watchPort } from './watch-port.ts';

type Rotation = 'strict' | 'grace' | 'family';
type RaceResult = { readonly refreshes: number; readonly served: number; readonly newestIsStored: boolean };

const SANDBOXES = 20;
const USERS_EACH = 10;
const USERS = SANDBOXES * USERS_EACH;
const PATIENCE_MS = 120_000;

/** The race, for each behaviour of the OAuth server that its documentation leaves possible (B§4.1). */
export function refreshRaceCases(races: number): void {
  test.each([
    ['single-use refresh tokens', 'strict'],
    ['a grace of a minute', 'grace'],
    ['revocation of the family upon reuse', 'family'],
  ] as const)(
    `200 users of one expired grant cause one refresh, ${races} times, with %s`,
    async (_name, rotation) => {
      const started = performance.now();

      const results = await playRefreshRace(rotation, races);

      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      console.log(`refresh race, ${rotation}: ${races} races of ${USERS} users in ${seconds} s`);
      expect(results).toEqual(Array(races).fill({ refreshes: 1, served: USERS, newestIsStored: true }));
    },
    600_000,
  );
}

/** Many users, in sandboxes that know nothing of each other, find the same grant expired at the same moment; repeatedly. */
async function playRefreshRace(rotation: Rotation, races: number): Promise<RaceResult[]> {
  const clock = new VirtualClock();
  const tables = await openLocalTables(clock);
  const oauth = await startOauthServer({ clock, settings: { rotation } });
  const portal = await startSimulatedPortal({ clock, oauth });
  try {
    await tables.stores.grants.writeApp({ clientId: oauth.clientId, clientSecret: oauth.clientSecret });
    await tables.stores.grants.write(portal.issueGrant(), null);
    const results: RaceResult[] = [];
    await clock.drive(async () => {
      for (let count = 0; count < races; count++) results.push(await race(clock, tables, portal));
    });
    return results;
  } finally {
    await clock.quiet();
    await portal.close();
    await oauth.close();
    await tables.close();
  }
}

async function race(clock: VirtualClock, tables: LocalTables, portal: SimulatedPortal): Promise<RaceResult> {
  const users = await Promise.all(
    Array.from({ length: SANDBOXES }, (_, index) => sandbox(clock, tables, portal, `sandbox-${index}`)),
  );
  portal.expireTokens();
  portal.resetLedger();
  const before = portal.oauth.calls.token;

  const served = await Promise.all(users.flat().map((user) => useUntilServed(user, clock)));

  const issued = portal.ledger.requests.map(({ issuedGeneration }) => issuedGeneration ?? 0);
  const stored = await clock.track(() => tables.stores.grants.read(portal.memberId));
  const accessToken = stored?.grant.kind === 'oauth' ? stored.grant.accessToken : '';
  return {
    refreshes: portal.oauth.calls.token - before,
    served: served.filter(Boolean).length,
    newestIsStored: portal.oauth.byAccess(accessToken)?.generation === Math.max(...issued),
  };
}

/** As the worker does it: what was not sent is sent again a little later. */
async function useUntilServed(user: PortalApi, clock: VirtualClock): Promise<boolean> {
  const giveUpAt = clock.now() + PATIENCE_MS;
  while (clock.now() < giveUpAt) {
    const asked = await user.ask([{ method: 'crm.enum.ownertype', params: {} }], clock.now() + 5_000);
    if (asked.kind === 'answered') return asked.answers[0]?.kind === 'result';
    if (asked.failure.kind !== 'unsent') return false;
    await clock.sleep(1_000);
  }
  return false;
}

/** Ten users of one process, who share what it remembers. */
async function sandbox(clock: VirtualClock, { stores }: LocalTables, portal: SimulatedPortal, name: string) {
  const watch: PortWatch = { clock, life: newLife(), fateOf: () => 'fine' };
  const random = seededRandom(name);
  const store = watchPort('grants', stores.grants, watch);
  const deps = {
    memberId: portal.memberId,
    grants: grantCache(store, clock),
    store,
    leases: watchPort('leases', stores.leases, watch),
    client: virtualRestClient({ clock, portals: [portal], watch, name, disturb: () => undefined, silence: random }),
    oauth: watchPort('oauth', oauthClient({ hosts: [portal.oauth.url] }), watch),
    clock,
    randomId: randomUUID,
    allowHttp: true,
    budget: null,
  };
  return await Promise.all(Array.from({ length: USERS_EACH }, () => openPortal(deps)));
}
