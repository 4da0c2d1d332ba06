import { beforeEach, describe, expect, test } from '@jest/globals';
import { storeGrant } from '../../../lib/installation/store-grant.ts';
import type { OauthGrant } from '../../../lib/portal/grant.ts';
import type { StoredGrant } from '../../../lib/portal/grant-store.ts';
import { ManualClock } from '../../support/portal/manual-clock.ts';
import { MemoryGrantStore } from '../../support/portal/memory-grant-store.ts';

const clock = new ManualClock();
const at = (seconds: number): string => new Date(seconds * 1000).toISOString();

const grant = (token: string, issued: number, changes: Partial<OauthGrant> = {}): OauthGrant => ({
  kind: 'oauth',
  memberId: 'acme',
  clientEndpoint: 'https://acme.example.com/rest/',
  serverEndpoint: 'https://oauth.bitrix.info/rest/',
  accessToken: `access ${token}`,
  refreshToken: `refresh ${token}`,
  applicationToken: 'application',
  userId: null,
  scope: [],
  issuedAt: at(issued),
  ...changes,
});

let store: MemoryGrantStore;
let remembered: StoredGrant[];
let steps: string[];
beforeEach(() => {
  store = new MemoryGrantStore();
  remembered = [];
  steps = [];
});

const save = (added: OauthGrant, { comparable = true, announcedAt = null as number | null } = {}) =>
  storeGrant(
    { grant: added, comparable, announcedAt },
    {
      store,
      portals: {
        add: async () => void steps.push('row'),
        noteAnnounced: async (_, time) => void steps.push(`noted ${time}, stored ${store.history.length}`),
      },
      grants: { keep: (stored) => void remembered.push(stored) },
      clock,
    },
  );

describe('storeGrant', () => {
  test('stores a first grant and remembers it', async () => {
    expect(await save(grant('0', 1))).toEqual(grant('0', 1));
    expect(remembered).toEqual([store.current('acme')]);
  });

  test.each([
    ['older tokens', grant('0', 1), {}, 'refresh 1'],
    ['newer tokens', grant('2', 3), {}, 'refresh 2'],
    ['older tokens of a time that cannot be compared', grant('0', 1), { comparable: false }, 'refresh 0'],
    ['older tokens with another application token', grant('0', 1, { applicationToken: 'new' }), {}, 'refresh 0'],
    [
      'older tokens with another address',
      grant('0', 1, { clientEndpoint: 'https://b.example.com/rest/' }),
      {},
      'refresh 0',
    ],
    ['the same tokens', grant('1', 9), {}, 'refresh 1'],
  ])('decides about %s', async (_, added, proof, refreshToken) => {
    store.put(grant('1', 2));

    expect(await save(added, proof)).toMatchObject({ refreshToken });
    expect(store.current('acme')?.grant).toMatchObject({ refreshToken });
  });

  test('reads again when another writer comes first', async () => {
    store.beforeWrite = () => void store.put(grant('1', 2));

    expect(await save(grant('0', 1))).toMatchObject({ refreshToken: 'refresh 1' });
    expect(store.history).toHaveLength(1);
  });

  test('notes the time of the installation before anything is stored', async () => {
    await save(grant('0', 1), { announcedAt: 5 });

    expect(steps).toEqual(['row', 'noted 5, stored 0']);
  });
});
