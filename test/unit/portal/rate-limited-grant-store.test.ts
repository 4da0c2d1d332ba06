import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Grant } from '../../../lib/portal/grant.ts';
import { grantCache } from '../../../lib/portal/grant-cache.ts';
import { rateLimitedGrantStore } from '../../../lib/portal/rate-limited-grant-store.ts';
import { verifySender } from '../../../lib/portal/verify-sender.ts';
import { ManualClock } from '../../support/portal/manual-clock.ts';
import { MemoryGrantStore } from '../../support/portal/memory-grant-store.ts';

const grantOf = (memberId: string): Grant => ({
  kind: 'webhook',
  memberId,
  url: 'https://acme.example.com/rest/1/code/',
  applicationToken: `token of ${memberId}`,
});

let clock: ManualClock;
let store: MemoryGrantStore;
let rows: Set<string>;
let asked: number;
beforeEach(() => {
  clock = new ManualClock();
  store = new MemoryGrantStore();
  rows = new Set();
  asked = 0;
});

function guard() {
  const isListed = async (memberId: string) => {
    asked += 1;
    return rows.has(memberId);
  };
  const cache = grantCache(rateLimitedGrantStore({ store, isListed, clock }), clock);
  return (memberId: string, applicationToken: string) => verifySender(cache, { memberId, applicationToken });
}

const strangers = (count: number): string[] => Array.from({ length: count }, (_, index) => `stranger-${index}`);

describe('a flood of 10,000 unknown portals', () => {
  test('costs 20 reads of the store, and one more each second', async () => {
    const verify = guard();

    for (const name of strangers(10_000)) expect(await verify(name, 'x')).toEqual({ kind: 'unknown' });
    expect(store.reads).toBe(20);
    expect(asked).toBe(10_000 - 20);

    clock.advance(5_000);
    for (const name of strangers(100)) await verify(`later-${name}`, 'x');
    expect(store.reads).toBe(25);
  });

  test('does not keep out an installed portal that nobody has asked about yet', async () => {
    const verify = guard();
    store.put(grantOf('acme'));
    rows.add('acme');

    for (const name of strangers(10_000)) await verify(name, 'x');

    expect(await verify('acme', 'token of acme')).toMatchObject({ kind: 'verified' });
    expect(await verify('acme', 'x')).toEqual({ kind: 'unknown' });
  });

  test('that names the same portals again asks nobody for 30 seconds', async () => {
    const verify = guard();
    for (const name of strangers(900)) await verify(name, 'x');
    const [reads, lookedUp] = [store.reads, asked];

    for (const name of strangers(900)) await verify(name, 'x');

    expect([store.reads, asked]).toEqual([reads, lookedUp]);
  });

  test('makes the process remember a bounded number of them', async () => {
    const verify = guard();
    await verify('stranger-0', 'x');
    for (const name of strangers(10_000)) await verify(name, 'x');
    const before = asked;

    await verify('stranger-0', 'x'); // has been forgotten
    await verify('stranger-9999', 'x'); // has not

    expect(asked).toBe(before + 1);
  });
});

test('a portal without a row is found while there are tokens', async () => {
  const verify = guard();
  store.put(grantOf('acme'));

  expect(await verify('acme', 'token of acme')).toMatchObject({ kind: 'verified' });
  expect(asked).toBe(0);
});
