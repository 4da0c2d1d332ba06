import { beforeEach, describe, expect, test } from '@jest/globals';
import type { OauthClient, Refreshed } from '../../../lib/bitrix24/rest/oauth-client.ts';
import type { OauthGrant } from '../../../lib/portal/grant.ts';
import { grantCache } from '../../../lib/portal/grant-cache.ts';
import type { PortalState, Stop } from '../../../lib/portal/portal-store.ts';
import { idleDays, renewIdleGrants } from '../../../lib/portal/renew-idle-grants.ts';
import { fresh } from '../../support/aws/portal-samples.ts';
import { ManualClock } from '../../support/portal/manual-clock.ts';
import { MemoryGrantStore } from '../../support/portal/memory-grant-store.ts';
import { MemoryLeaseStore } from '../../support/portal/memory-lease-store.ts';

const DAY = 86_400_000;
const clock = new ManualClock();
const daysAgo = (days: number): string => new Date(clock.now() - days * DAY).toISOString();

const grant = (memberId: string, days: number): OauthGrant => ({
  kind: 'oauth',
  memberId,
  clientEndpoint: 'https://acme.example.com/rest/',
  serverEndpoint: 'https://oauth.bitrix.info/rest/',
  accessToken: 'a0',
  refreshToken: `r0 ${memberId}`,
  applicationToken: 'application',
  userId: null,
  scope: [],
  issuedAt: daysAgo(days),
});

let refreshed: string[];
let stops: Stop[];
let logged: unknown[];
beforeEach(() => {
  refreshed = [];
  stops = [];
  logged = [];
});

async function renew(state: PortalState, days: number, answer: Partial<Refreshed> = {}) {
  const { portal } = state;
  const store = new MemoryGrantStore(grant(portal, days));
  const granted = { kind: 'granted', accessToken: 'a1', refreshToken: 'r1', memberId: portal, clientEndpoint: null };
  const oauth: OauthClient = {
    async refresh(_, __, refreshToken) {
      refreshed.push(refreshToken);
      return { ...granted, userId: null, scope: null, ...answer } as Refreshed;
    },
    appInfo: () => Promise.reject(new Error('not asked for')),
  };
  const log = (event: string, fields?: object): void => void logged.push({ event, ...fields });
  await renewIdleGrants({
    portals: {
      async *list() {
        yield state;
      },
      setStop: async (_, stop) => stop !== null && stops.push(stop) > 0,
    },
    grants: grantCache(store, clock),
    store,
    leases: new MemoryLeaseStore(),
    oauth,
    clock,
    randomId: () => 'owner',
    allowHttp: false,
    log: { info: log, warn: log, error: log },
  });
  return store.current(portal)?.grant;
}

describe('idleDays', () => {
  test('counts from when the tokens were issued, or else from when the portal was added', () => {
    expect(idleDays(grant('acme', 12), { addedAt: 0 }, clock.now())).toBe(12);
    expect(idleDays({ ...grant('acme', 12), issuedAt: null }, { addedAt: clock.now() - 3 * DAY }, clock.now())).toBe(3);
  });

  test('is no question of a webhook', () => {
    const webhook = { kind: 'webhook', memberId: 'acme', url: 'https://a/rest/1/c/', applicationToken: null } as const;

    expect(idleDays(webhook, { addedAt: 0 }, clock.now())).toBeNull();
  });
});

describe('a grant', () => {
  test.each([
    ['young', fresh('acme'), 149, []],
    ['idle for 150 days', fresh('acme'), 150, ['r0 acme']],
    ['idle, of a paused portal', { ...fresh('acme'), paused: true }, 150, ['r0 acme']],
    ['idle, of a portal without the application', { ...fresh('acme'), uninstalledAt: 1 }, 150, []],
    ['known to be dead', { ...fresh('acme'), stop: { code: 'GRANT_DEAD', since: 0, probeAt: 0, probes: 0 } }, 150, []],
  ])('that is %s is renewed or not', async (_, state, days, expected) => {
    await renew(state, days);

    expect(refreshed).toEqual(expected);
  });

  test('that is renewed is stored', async () => {
    expect(await renew(fresh('acme'), 160)).toMatchObject({ accessToken: 'a1', refreshToken: 'r1' });
    expect(logged).toEqual([{ event: 'grant_renewed', portal: 'acme' }]);
  });

  test('that is dead stops the portal, with an alarm', async () => {
    await renew(fresh('acme'), 160, { kind: 'denied', code: 'invalid_grant', about: 'grant' });

    expect(stops).toMatchObject([{ code: 'GRANT_DEAD', probeAt: clock.now() + 900_000 }]);
    expect(logged).toMatchObject([{ event: 'renewal_failed', code: 'GRANT_DEAD', alarm: true }]);
  });

  test('is tried again tomorrow while the OAuth server is silent', async () => {
    await renew(fresh('acme'), 160, { kind: 'unanswered', reason: 'ETIMEDOUT' });

    expect(stops).toEqual([]);
    expect(logged).toMatchObject([{ event: 'renewal_failed', reason: 'OAuth server: ETIMEDOUT' }]);
  });
});
