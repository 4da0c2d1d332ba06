import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Refreshed } from '../../../lib/bitrix24/rest/oauth-client.ts';
import { confirmPendingGrants } from '../../../lib/installation/confirm-pending-grants.ts';
import type { PendingGrant } from '../../../lib/installation/pending-grant.ts';
import { grantCache } from '../../../lib/portal/grant-cache.ts';
import { ManualClock } from '../../support/portal/manual-clock.ts';
import { MemoryGrantStore } from '../../support/portal/memory-grant-store.ts';
import { MemoryLeaseStore } from '../../support/portal/memory-lease-store.ts';
import { MemoryPendingGrantStore } from '../../support/portal/memory-pending-grant-store.ts';

const clock = new ManualClock();
const PENDING: PendingGrant = {
  memberId: 'acme',
  applicationToken: 'application',
  accessToken: 'access-0',
  refreshToken: 'refresh-0',
  serverEndpoint: 'https://oauth.bitrix.info/rest/',
  clientId: null,
  keptAt: clock.now(),
  announcedAt: null,
};
const GRANTED: Refreshed = {
  kind: 'granted',
  accessToken: 'access-1',
  refreshToken: 'refresh-1',
  memberId: 'acme',
  clientEndpoint: 'https://acme.example.com/rest/',
  userId: null,
  scope: null,
};

let store: MemoryGrantStore;
let pendingGrants: MemoryPendingGrantStore;
let leases: MemoryLeaseStore;
let registered: string[];
beforeEach(async () => {
  store = new MemoryGrantStore();
  store.app = { clientId: 'local.0123', clientSecret: 'secret' };
  pendingGrants = new MemoryPendingGrantStore();
  leases = new MemoryLeaseStore();
  registered = [];
  await pendingGrants.keep(PENDING);
});

async function confirm(answer: Refreshed = GRANTED) {
  const refreshes: string[] = [];
  const nothing = async () => undefined;
  const confirmations = await Array.fromAsync(
    confirmPendingGrants({
      store,
      pendingGrants,
      leases,
      grants: grantCache(store, clock),
      portals: { add: nothing, noteAnnounced: nothing, setStop: nothing, setUninstalled: nothing },
      oauth: {
        async refresh(_, __, token) {
          refreshes.push(token);
          return answer;
        },
        appInfo: () => Promise.reject(new Error('not asked for')),
      },
      jobs: {
        async add({ id }) {
          registered.push(id);
          return true;
        },
      },
      wakeDeps: {
        portals: { markWakePending: async () => null },
        wakeUps: { send: nothing },
        clock,
      },
      clock,
      randomId: () => 'owner',
      allowHttp: false,
    }),
  );
  return { confirmations, refreshes };
}

describe('a pending grant', () => {
  test('that is confirmed is stored, registered and not pending any more', async () => {
    const { confirmations } = await confirm();

    expect(confirmations).toEqual([{ portal: 'acme', status: 'confirmed', code: null }]);
    expect(store.current('acme')?.grant).toMatchObject({ refreshToken: 'refresh-1' });
    expect(registered).toHaveLength(1);
    expect(pendingGrants.grants.size).toBe(0);
  });

  test.each<[string, Refreshed, string, string, number]>([
    ['that is not valid', { kind: 'denied', code: 'invalid_grant', about: 'grant' }, 'refused', 'INVALID_GRANT', 0],
    [
      'with our wrong secret',
      { kind: 'denied', code: 'invalid_client', about: 'application' },
      'refused',
      'INVALID_CLIENT',
      1,
    ],
    ['without an answer', { kind: 'unanswered', reason: 'ETIMEDOUT' }, 'waiting', 'OAUTH_UNANSWERED', 1],
    ['of another portal', { ...GRANTED, memberId: 'other' }, 'refused', 'MEMBER_ID_MISMATCH', 0],
  ])('%s stays pending only if it may still be confirmed', async (_, answer, status, code, left) => {
    const { confirmations } = await confirm(answer);

    expect(confirmations).toEqual([{ portal: 'acme', status, code }]);
    expect(pendingGrants.grants.size).toBe(left);
    expect(registered).toEqual([]);
  });

  test('of another application is refused without a request', async () => {
    await pendingGrants.keep({ ...PENDING, clientId: 'local.other' });

    const { confirmations, refreshes } = await confirm();

    expect(confirmations).toMatchObject([{ status: 'refused', code: 'CLIENT_ID_MISMATCH' }]);
    expect(refreshes).toEqual([]);
  });

  test('whose portal was installed since needs no request', async () => {
    const { refreshes: first } = await confirm();
    await pendingGrants.keep(PENDING);

    const { confirmations, refreshes } = await confirm();

    expect([first, refreshes]).toEqual([['refresh-0'], []]);
    expect(confirmations).toMatchObject([{ status: 'confirmed' }]);
  });

  test('that another process confirms is waiting', async () => {
    leases.holder = { owner: 'other', until: clock.now() + 1000 };

    const { confirmations, refreshes } = await confirm();

    expect([confirmations, refreshes]).toEqual([[{ portal: 'acme', status: 'waiting', code: 'BUSY' }], []]);
  });

  test('is left alone without our credentials', async () => {
    store.app = null;

    expect(await confirm()).toEqual({ confirmations: [], refreshes: [] });
  });
});
