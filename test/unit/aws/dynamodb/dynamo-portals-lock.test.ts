import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { freshPortal } from '../../../support/aws/fresh-portal.ts';
import { BUDGET, END, fresh, LOCK } from '../../../support/aws/portal-samples.ts';
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

    expect(await portals.beginServing(portal, LOCK, 0)).toMatchObject({ epoch: 1, begun: 1, wokenAt: null });
    await portals.markWakePending(portal, 2);
    expect(await portals.beginServing(portal, OTHER, 59_999)).toBeNull();
    expect(await portals.read(portal)).toMatchObject({ begun: 1, wokenAt: 2, lockedUntil: 60_000 });
    expect(await portals.beginServing(portal, OTHER, 60_000)).toMatchObject({ epoch: 2, begun: 2, wokenAt: null });
    expect(await portals.keepServing(portal, LOCK)).toBe(false);
    expect(await portals.continueServing(portal, LOCK)).toBeNull();
    expect(await portals.endServing(portal, LOCK.owner, END)).toBe(false);
  });

  test('is won by one of ten', async () => {
    const { portals } = aws.stores;
    const portal = freshPortal();
    await portals.add(portal, 1000);

    const locks = Array.from({ length: 10 }, (_, n) => ({ owner: `worker ${n}`, until: 60_000 }));
    const won = await Promise.all(locks.map((lock) => portals.beginServing(portal, lock, 0)));

    expect(won.filter(Boolean)).toHaveLength(1);
  });

  test('can be renewed, released by its owner alone, and dropped', async () => {
    const { portals } = aws.stores;
    const portal = freshPortal();
    await portals.add(portal, 1000);
    await portals.beginServing(portal, LOCK, 0);

    expect(await portals.keepServing(portal, { ...LOCK, until: 90_000 })).toBe(true);
    expect(await portals.beginServing(portal, OTHER, 80_000)).toBeNull();
    expect(await portals.endServing(portal, OTHER.owner, END)).toBe(false);
    await portals.abandonServing(portal, OTHER.owner);
    expect(await portals.beginServing(portal, OTHER, 80_000)).toBeNull();
    await portals.releaseLock(portal);
    expect(await portals.beginServing(portal, OTHER, 80_000)).toMatchObject({ epoch: 2 });
  });

  test('counts its epochs on when the portal was removed and added again', async () => {
    const { portals } = aws.stores;
    const portal = freshPortal();
    await portals.add(portal, 1000);
    await portals.beginServing(portal, LOCK, 0);
    await portals.remove(portal);

    expect(await portals.keepServing(portal, LOCK)).toBe(false);
    expect(await portals.beginServing(portal, OTHER, 0)).toBeNull();
    await portals.add(portal, 2000);
    expect(await portals.beginServing(portal, OTHER, 0)).toEqual({
      ...fresh(portal),
      addedAt: 2000,
      epoch: 2,
      begun: 1,
      lockedUntil: OTHER.until,
    });
  });

  test.each(['beginServing', 'keepServing', 'continueServing', 'endServing'] as const)(
    'is its owner’s as well when %s is repeated because its answer was lost',
    async (method) => {
      const { portals } = aws.stores;
      const portal = freshPortal();
      await portals.add(portal, 1000);
      await portals.beginServing(portal, LOCK, 0);
      const calls = {
        beginServing: () => portals.beginServing(portal, LOCK, 0),
        keepServing: () => portals.keepServing(portal, LOCK),
        continueServing: () => portals.continueServing(portal, LOCK),
        endServing: () => portals.endServing(portal, LOCK.owner, END),
      };

      await calls[method]();
      expect(await calls[method]()).toBeTruthy();
    },
  );
});

describe('serving a portal', () => {
  test('is noted until it ends, and its end says when the portal goes on', async () => {
    const { portals } = aws.stores;
    const portal = freshPortal();
    await portals.add(portal, 1000);
    await portals.markWakePending(portal, 1);

    await portals.beginServing(portal, LOCK, 0);
    expect(await portals.endServing(portal, LOCK.owner, { ...END, nextWakeAt: 7, restsUntil: 8 })).toBe(true);
    expect(await portals.read(portal)).toEqual({
      ...fresh(portal),
      budget: BUDGET,
      epoch: 1,
      nextWakeAt: 7,
      restsUntil: 8,
    });

    await portals.beginServing(portal, LOCK, 0);
    await portals.endServing(portal, LOCK.owner, END);
    expect(await portals.read(portal)).toEqual({ ...fresh(portal), budget: BUDGET, epoch: 2 });
  });

  test('goes on when the portal was woken meanwhile', async () => {
    const { portals } = aws.stores;
    const portal = freshPortal();
    await portals.add(portal, 1000);
    await portals.beginServing(portal, LOCK, 0);
    await portals.markWakePending(portal, 1);

    expect(await portals.endServing(portal, LOCK.owner, END)).toBe(false);
    expect(await portals.continueServing(portal, { ...LOCK, until: 70_000 })).toMatchObject({
      wokenAt: null,
      lockedUntil: 70_000,
      epoch: 1,
    });
    expect(await portals.endServing(portal, LOCK.owner, END)).toBe(true);
  });

  test('that breaks off stays counted, and lets the next worker in', async () => {
    const { portals } = aws.stores;
    const portal = freshPortal();
    await portals.add(portal, 1000);
    await portals.beginServing(portal, LOCK, 0);

    await portals.abandonServing(portal, LOCK.owner);

    expect(await portals.read(portal)).toMatchObject({ begun: 1, lockedUntil: null });
  });

  test('starts from a row that was stored while the queue was a FIFO one, and forgets its hidden wake-up', async () => {
    const portal = freshPortal();
    const { portals } = aws.stores;
    await aws.clients.dynamo.send(
      new PutCommand({
        TableName: aws.config.tables.portals,
        Item: {
          portal,
          kind: 'state',
          addedAt: 1000,
          paused: false,
          begun: 0,
          rungAt: 5,
          hiddenBell: 'receipt',
          restsWhole: true,
          servedBy: 'old',
          servedUntil: 50,
        },
      }),
    );

    expect(await portals.read(portal)).toEqual({ ...fresh(portal), lockedUntil: 50 });
    expect(await portals.markWakePending(portal, 60)).toEqual({ first: true, restsUntil: null });
    expect(await portals.beginServing(portal, LOCK, 49)).toBeNull();
    expect(await portals.beginServing(portal, LOCK, 50)).toMatchObject({ epoch: 1 });
    const { Item = {} } = await aws.clients.dynamo.send(
      new GetCommand({ TableName: aws.config.tables.portals, Key: { portal, kind: 'state' } }),
    );
    expect(Object.keys(Item).toSorted()).toEqual(
      ['addedAt', 'begun', 'epoch', 'kind', 'paused', 'portal', 'servedBy', 'servedUntil'].toSorted(),
    );
  });
});

describe('the mark of a pending wake-up', () => {
  const FIRST = { first: true, restsUntil: null };

  test('is made by one of ten that want to wake the portal', async () => {
    const { portals } = aws.stores;
    const portal = freshPortal();
    await portals.add(portal, 1000);

    const marks = await Promise.all(Array.from({ length: 10 }, (_, n) => portals.markWakePending(portal, n)));

    expect(marks.filter((mark) => mark?.first)).toHaveLength(1);
  });

  test('can be made again once it is cleared', async () => {
    const { portals } = aws.stores;
    const portal = freshPortal();
    await portals.add(portal, 1000);
    await portals.markWakePending(portal, 1);
    await portals.clearWakePending(portal);

    expect(await portals.markWakePending(portal, 2)).toEqual(FIRST);
  });

  test('says that the portal rests as a whole, until a person ends that', async () => {
    const { portals } = aws.stores;
    const portal = freshPortal();
    await portals.add(portal, 1000);
    await portals.beginServing(portal, LOCK, 0);
    await portals.endServing(portal, LOCK.owner, { ...END, nextWakeAt: 9, restsUntil: 9 });

    expect(await portals.markWakePending(portal, 1)).toEqual({ first: true, restsUntil: 9 });
    await portals.clearWakePending(portal);
    expect(await portals.markWakePending(portal, 1)).toEqual(FIRST);
  });

  test('makes a missing row, so that the schedule finds the portal, but not that of a removed one', async () => {
    const { portals } = aws.stores;
    const portal = freshPortal();

    expect(await portals.markWakePending(portal, 5)).toEqual(FIRST);
    expect(await portals.read(portal)).toEqual({ ...fresh(portal), addedAt: 0, wokenAt: 5 });

    await portals.remove(portal);
    expect(await portals.markWakePending(portal, 6)).toBeNull();
    expect(await portals.read(portal)).toBeNull();
  });

  test('is left by a wake-up of the worker’s own that finds the lock taken, once', async () => {
    const { portals } = aws.stores;
    const portal = freshPortal();
    await portals.add(portal, 1000);
    await portals.beginServing(portal, LOCK, 0);
    await portals.endServing(portal, LOCK.owner, { ...END, nextWakeAt: 9 });
    await portals.beginServing(portal, LOCK, 0);

    expect(await portals.deferWakeUp(portal, 8, 20)).toBeNull();
    expect(await portals.deferWakeUp(portal, 9, 20)).toMatchObject({
      wokenAt: 20,
      nextWakeAt: null,
      lockedUntil: 60_000,
    });
    expect(await portals.deferWakeUp(portal, 9, 21)).toBeNull();
    expect(await portals.endServing(portal, LOCK.owner, END)).toBe(false);
  });
});
