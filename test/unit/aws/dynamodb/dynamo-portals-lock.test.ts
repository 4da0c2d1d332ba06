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

describe('the mark of a pending wake-up', () => {
  test('is made by one of ten that want to wake the portal', async () => {
    const { portals } = aws.stores;
    const portal = freshPortal();
    await portals.add(portal, 1000);

    const marks = await Promise.all(Array.from({ length: 10 }, (_, n) => portals.markWakePending(portal, n)));

    expect(marks.filter(Boolean)).toHaveLength(1);
  });

  test('can be made again once it is cleared', async () => {
    const { portals } = aws.stores;
    const portal = freshPortal();
    await portals.add(portal, 1000);
    await portals.markWakePending(portal, 1);
    await portals.clearWakePending(portal);

    expect(await portals.markWakePending(portal, 2)).toEqual({ hiddenWakeUp: null });
  });

  test('returns the hidden wake-up of a resting portal, until serving begins again', async () => {
    const { portals } = aws.stores;
    const portal = freshPortal();
    await portals.add(portal, 1000);

    expect(await portals.noteHiddenWakeUp(portal, 'handle', false)).toBe(false);
    expect(await portals.markWakePending(portal, 1)).toEqual({ hiddenWakeUp: 'handle' });

    await portals.beginServing(portal, LOCK, 1, 0);
    expect(await portals.markWakePending(portal, 2)).toEqual({ hiddenWakeUp: null });
  });

  test('does not return one that only a person may bring forward; clearing does', async () => {
    const { portals } = aws.stores;
    const portal = freshPortal();
    await portals.add(portal, 1000);

    await portals.noteHiddenWakeUp(portal, 'handle', true);

    expect(await portals.markWakePending(portal, 1)).toEqual({ hiddenWakeUp: null });
    expect(await portals.clearWakePending(portal)).toBe('handle');
    expect(await portals.clearWakePending(portal)).toBeNull();
    expect(await portals.clearWakePending('a portal without a row')).toBeNull();
  });

  test('is found by a worker that is about to hide its wake-up', async () => {
    const { portals } = aws.stores;
    const portal = freshPortal();
    await portals.add(portal, 1000);
    await portals.markWakePending(portal, 1);

    expect(await portals.noteHiddenWakeUp(portal, 'handle', false)).toBe(true);
  });

  test('makes a missing row, so that the schedule finds the portal', async () => {
    const { portals } = aws.stores;
    const portal = freshPortal();

    expect(await portals.markWakePending(portal, 5)).toEqual({ hiddenWakeUp: null });

    expect(await portals.read(portal)).toEqual({ ...fresh(portal), addedAt: 0, wokenAt: 5 });
  });
});
