import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Grant } from '../../../lib/portal/grant.ts';
import { grantCache } from '../../../lib/portal/grant-cache.ts';
import { verifySender } from '../../../lib/portal/verify-sender.ts';
import { ManualClock } from '../../support/portal/manual-clock.ts';
import { MemoryGrantStore } from '../../support/portal/memory-grant-store.ts';

const grantOf = (applicationToken: string | null): Grant => ({
  kind: 'webhook',
  memberId: 'one',
  url: 'https://acme.example.com/rest/1/code/',
  applicationToken,
});

let clock: ManualClock;
let store: MemoryGrantStore;
let verify: (applicationToken: string, memberId?: string) => ReturnType<typeof verifySender>;
beforeEach(() => {
  clock = new ManualClock();
  store = new MemoryGrantStore(grantOf('right'));
  const cache = grantCache(store, clock);
  verify = (applicationToken, memberId = 'one') => verifySender(cache, { memberId, applicationToken });
});

describe('verifySender', () => {
  test('knows the portal by its token', async () => {
    expect(await verify('right')).toMatchObject({ kind: 'verified', stored: { version: 'v1' } });
  });

  test('gives an unknown portal and a wrong token the same answer', async () => {
    expect(await verify('wrong')).toEqual({ kind: 'unknown' });
    expect(await verify('right', 'two')).toEqual({ kind: 'unknown' });
  });

  test.each(['', 'righ', 'right ', 'RIGHT', 'null'])('does not accept %j', async (token) => {
    expect(await verify(token)).toEqual({ kind: 'unknown' });
  });

  test.each(['', 'null', 'undefined'])('does not accept %j for a grant without a token', async (token) => {
    store.put(grantOf(null));

    expect(await verify(token)).toEqual({ kind: 'unknown' });
  });

  test('sees the new token of a new installation', async () => {
    await verify('right');
    store.put(grantOf('new'));

    expect(await verify('new')).toMatchObject({ kind: 'verified', stored: { version: 'v2' } });
    expect(await verify('right')).toEqual({ kind: 'unknown' });
  });

  test('sees the new token of a new installation although an old one came a moment ago', async () => {
    await verify('outdated');
    store.put(grantOf('new'));

    expect(await verify('new')).toMatchObject({ kind: 'verified', stored: { version: 'v2' } });
  });

  test('reads the store for a few tokens a minute, however many are made up', async () => {
    await verify('right');
    for (let call = 0; call < 50; call += 1) await verify(`made up ${call}`);
    expect(store.reads).toBe(6);

    clock.advance(60_000);
    for (let call = 50; call < 100; call += 1) await verify(`made up ${call}`);
    expect(store.reads).toBe(11);
  });

  test('reads the store at most once a minute, however often a wrong token comes', async () => {
    for (let call = 0; call < 50; call += 1) await verify('wrong');
    expect(store.reads).toBe(2);

    clock.advance(60_000);
    for (let call = 0; call < 50; call += 1) await verify('wrong');
    expect(store.reads).toBe(3);
  });

  test('reads the store once for many calls of an unknown portal', async () => {
    for (let call = 0; call < 50; call += 1) await verify('wrong', 'two');

    expect(store.reads).toBe(1);
  });
});
