import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Grant } from '../../../lib/portal/grant.ts';
import { grantCache } from '../../../lib/portal/grant-cache.ts';
import { ManualClock } from '../../support/portal/manual-clock.ts';
import { MemoryGrantStore } from '../../support/portal/memory-grant-store.ts';

const grantOf = (memberId: string, applicationToken = 'token'): Grant => ({
  kind: 'webhook',
  memberId,
  url: 'https://acme.example.com/rest/1/code/',
  applicationToken,
});

let clock: ManualClock;
let store: MemoryGrantStore;
beforeEach(() => {
  clock = new ManualClock();
  store = new MemoryGrantStore(grantOf('one'));
});

describe('grantCache', () => {
  test('asks the store once for a known portal', async () => {
    const cache = grantCache(store, clock);

    await cache.read('one');
    clock.advance(86_400_000);

    expect(await cache.read('one')).toMatchObject({ version: 'v1' });
    expect(store.reads).toBe(1);
  });

  test('asks once for concurrent misses', async () => {
    const cache = grantCache(store, clock);

    await Promise.all(Array.from({ length: 20 }, () => cache.read('one')));

    expect(store.reads).toBe(1);
  });

  test('remembers an unknown portal for 30 seconds, not longer', async () => {
    const cache = grantCache(store, clock);
    await cache.read('two');
    store.put(grantOf('two'));

    clock.advance(29_999);
    expect(await cache.read('two')).toBeNull();
    clock.advance(1);
    expect(await cache.read('two')).toMatchObject({ version: 'v2' });
    expect(store.reads).toBe(2);
  });

  test('reads again when told to, and remembers that', async () => {
    const cache = grantCache(store, clock);
    await cache.read('one');
    store.put(grantOf('one', 'another'));

    expect(await cache.fresh('one')).toMatchObject({ version: 'v2' });
    expect(await cache.read('one')).toMatchObject({ version: 'v2' });
  });

  test('forgets a removed portal when it reads again', async () => {
    const cache = grantCache(store, clock);
    await cache.read('one');
    await store.remove('one');

    await cache.fresh('one');

    expect(await cache.read('one')).toBeNull();
  });

  test('remembers what a write stored, even for an unknown portal', async () => {
    const cache = grantCache(store, clock);
    await cache.read('two');

    cache.keep({ grant: grantOf('two'), version: 'v9' });

    expect(await cache.read('two')).toMatchObject({ version: 'v9' });
  });

  test('does not remember a failure of the store', async () => {
    let fails = true;
    const cache = grantCache(
      {
        read: (memberId) => {
          if (!fails) return store.read(memberId);
          fails = false;
          return Promise.reject(new Error('throttled'));
        },
      },
      clock,
    );

    await expect(cache.read('one')).rejects.toThrow('throttled');
    expect(await cache.read('one')).toMatchObject({ version: 'v1' });
  });

  test('is bounded, and strangers do not push out known portals', async () => {
    const cache = grantCache(store, clock, 10);
    await cache.read('one');

    for (let stranger = 0; stranger < 100; stranger += 1) await cache.read(`stranger-${stranger}`);
    const reads = store.reads;
    await cache.read('one');
    await cache.read('stranger-99');
    expect(store.reads).toBe(reads);

    await cache.read('stranger-0');
    expect(store.reads).toBe(reads + 1);
  });
});
