import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { freshPortal } from '../../../support/aws/fresh-portal.ts';
import { BUDGET, fresh, LOCK } from '../../../support/aws/portal-samples.ts';
import { type TemporaryLocalAws, temporaryLocalAws } from '../../../support/aws/temporary-local-aws.ts';

let aws: TemporaryLocalAws;
beforeAll(async () => {
  aws = await temporaryLocalAws();
});
afterAll(() => aws.close());

describe('a portal lock', () => {
  const OTHER = { owner: 'two', until: 120_000 };

  test('keeps every other worker away until it ends', async () => {
    const { portals } = aws.stores;
    const portal = freshPortal();
    await portals.add(portal, 1000);
    await portals.markWakePending(portal, 1);

    expect(await portals.beginServing(portal, LOCK, 1, 0)).toBe(true);
    await portals.markWakePending(portal, 2);
    expect(await portals.beginServing(portal, OTHER, 2, 59_999)).toBe(false);
    expect(await portals.read(portal)).toMatchObject({ begun: 1, wokenAt: 2 });
    expect(await portals.beginServing(portal, OTHER, 2, 60_000)).toBe(true);
    expect(await portals.keepServing(portal, LOCK)).toBe(false);
  });

  test('is won by one of ten', async () => {
    const { portals } = aws.stores;
    const portal = freshPortal();
    await portals.add(portal, 1000);

    const locks = Array.from({ length: 10 }, (_, n) => ({ owner: `worker ${n}`, until: 60_000 }));
    const won = await Promise.all(locks.map((lock) => portals.beginServing(portal, lock, 1, 0)));

    expect(won.filter(Boolean)).toHaveLength(1);
  });

  test('can be renewed, released by its owner, and dropped', async () => {
    const { portals } = aws.stores;
    const portal = freshPortal();
    await portals.add(portal, 1000);
    await portals.beginServing(portal, LOCK, 1, 0);

    expect(await portals.keepServing(portal, { ...LOCK, until: 90_000 })).toBe(true);
    expect(await portals.beginServing(portal, OTHER, 1, 80_000)).toBe(false);
    await portals.endServing(portal, OTHER.owner, { budget: BUDGET, begun: 0 });
    expect(await portals.beginServing(portal, OTHER, 1, 80_000)).toBe(false);
    await portals.releaseLock(portal);
    expect(await portals.beginServing(portal, OTHER, 1, 80_000)).toBe(true);
  });
});

describe('serving a portal', () => {
  test('clears the pending wake-up, and is noted until it ends', async () => {
    const { portals } = aws.stores;
    const portal = freshPortal();
    await portals.add(portal, 1000);
    await portals.markWakePending(portal, 1);

    await portals.beginServing(portal, LOCK, 2, 0);
    expect(await portals.read(portal)).toEqual({ ...fresh(portal), begun: 2 });

    await portals.endServing(portal, LOCK.owner, { budget: BUDGET, begun: 0 });
    expect(await portals.read(portal)).toEqual({ ...fresh(portal), budget: BUDGET });
  });

  test('leaves a hidden wake-up to be brought forward, once', async () => {
    const { portals } = aws.stores;
    const portal = freshPortal();
    await portals.add(portal, 1000);

    expect(await portals.noteHiddenWakeUp(portal, 'receipt', false)).toBe(false);
    expect(await portals.markWakePending(portal, 1)).toEqual({ hiddenWakeUp: 'receipt' });
    expect(await portals.markWakePending(portal, 2)).toBeNull();

    await portals.beginServing(portal, LOCK, 1, 0);
    expect(await portals.markWakePending(portal, 3)).toEqual({ hiddenWakeUp: null });
  });

  test('is told when another wake-up was sent before its own was hidden', async () => {
    const { portals } = aws.stores;
    const portal = freshPortal();
    await portals.add(portal, 1000);
    await portals.markWakePending(portal, 1);

    expect(await portals.noteHiddenWakeUp(portal, 'receipt', false)).toBe(true);
  });
});
