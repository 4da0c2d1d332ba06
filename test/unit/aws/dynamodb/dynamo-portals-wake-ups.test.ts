import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { freshPortal } from '../../../support/aws/fresh-portal.ts';
import { CLAIM, fresh } from '../../../support/aws/portal-samples.ts';
import { type TemporaryLocalAws, temporaryLocalAws } from '../../../support/aws/temporary-local-aws.ts';

let aws: TemporaryLocalAws;
beforeAll(async () => {
  aws = await temporaryLocalAws();
});
afterAll(() => aws.close());

describe('the mark of a pending bell', () => {
  test('is made by one of ten that want to ring', async () => {
    const { portals } = aws.stores;
    const portal = freshPortal();
    await portals.add(portal, 1000);

    const marks = await Promise.all(Array.from({ length: 10 }, (_, n) => portals.markWakePending(portal, n)));

    expect(marks.filter(Boolean)).toHaveLength(1);
  });

  test('can be made again after it was cleared', async () => {
    const { portals } = aws.stores;
    const portal = freshPortal();
    await portals.add(portal, 1000);
    await portals.markWakePending(portal, 1);
    await portals.clearWakePending(portal);

    expect(await portals.markWakePending(portal, 2)).toEqual({ hiddenWakeUp: null });
  });

  test('tells of the bell that the resting portal hides, until serving begins again', async () => {
    const { portals } = aws.stores;
    const portal = freshPortal();
    await portals.add(portal, 1000);

    expect(await portals.noteHiddenWakeUp(portal, 'handle', false)).toBe(false);
    expect(await portals.markWakePending(portal, 1)).toEqual({ hiddenWakeUp: 'handle' });

    await portals.beginServing(portal, CLAIM, 1, 0);
    expect(await portals.markWakePending(portal, 2)).toEqual({ hiddenWakeUp: null });
  });

  test('does not tell of a bell that only a person may wake; clearing does', async () => {
    const { portals } = aws.stores;
    const portal = freshPortal();
    await portals.add(portal, 1000);

    await portals.noteHiddenWakeUp(portal, 'handle', true);

    expect(await portals.markWakePending(portal, 1)).toEqual({ hiddenWakeUp: null });
    expect(await portals.clearWakePending(portal)).toBe('handle');
    expect(await portals.clearWakePending(portal)).toBeNull();
    expect(await portals.clearWakePending('a portal without a row')).toBeNull();
  });

  test('is found by a worker that is about to keep its bell hidden', async () => {
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
