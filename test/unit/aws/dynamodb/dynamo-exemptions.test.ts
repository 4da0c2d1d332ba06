import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freshPortal } from '../../../support/aws/fresh-portal.ts';
import { type TemporaryLocalAws, temporaryLocalAws } from '../../../support/aws/temporary-local-aws.ts';
import { unbindingOf } from '../../../support/cleanup/unbinding-of.ts';

let aws: TemporaryLocalAws;
beforeAll(async () => {
  aws = await temporaryLocalAws();
});
afterAll(() => aws.close());

const deal = (entityId: number) => ({ entityTypeId: 2, entityId });

describe('exemptions of pairs', () => {
  it('are kept by activity and element, each kind for itself', async () => {
    const [{ exemptions }, portal] = [aws.stores, freshPortal()];
    await exemptions.noteRefused(
      portal,
      [
        { activityId: 1, element: deal(1) },
        { activityId: 1, element: deal(2) },
      ],
      1000,
    );
    await exemptions.exempt(
      portal,
      [
        { activityId: 1, element: deal(3) },
        { activityId: 2, element: deal(1) },
      ],
      'undo:1',
      2000,
    );

    const of = await exemptions.of(portal, [1, 2, 3]);

    expect(of.get(1)).toEqual({
      refused: new Map([
        ['2:1', 1000],
        ['2:2', 1000],
      ]),
      exempt: new Map([['2:3', 2000]]),
      ownChangeAt: null,
    });
    expect(of.get(2)).toEqual({ refused: new Map(), exempt: new Map([['2:1', 2000]]), ownChangeAt: null });
    expect(of.has(3)).toBe(false);
  });

  it('of refusals say when we have changed the activity since', async () => {
    const [{ exemptions, ownChanges }, portal] = [aws.stores, freshPortal()];
    await exemptions.noteRefused(portal, [{ activityId: 1, element: deal(1) }], 1000);

    await ownChanges.note(portal, unbindingOf([1, 2], { from: 4000, to: 5000 }));

    const of = await exemptions.of(portal, [1, 2]);
    expect(of.get(1)).toMatchObject({ refused: new Map([['2:1', 1000]]), ownChangeAt: 5000 });
    expect(of.has(2)).toBe(false);
  });

  it('of older refusals may say themselves when we have changed the activity', async () => {
    const [{ exemptions }, portal] = [aws.stores, freshPortal()];
    const Item = { portal, id: 'refused:1', e2_1: 1000, ownChange: 5000, expiresAt: 9_999_999_999 };
    await aws.clients.dynamo.send(new PutCommand({ TableName: aws.config.tables.outcomes, Item }));

    expect((await exemptions.of(portal, [1])).get(1)).toMatchObject({ ownChangeAt: 5000 });
  });

  it('of refusals are listed until they expire, and forgotten one by one', async () => {
    const [{ exemptions, ownChanges }, portal] = [aws.stores, freshPortal()];
    const pairs = [1, 2, 3].map((id) => ({ activityId: 7, element: deal(id) }));
    const now = Date.now();
    await exemptions.noteRefused(portal, pairs, now);
    await ownChanges.note(portal, unbindingOf([7], { from: now, to: now + 1 }));
    await exemptions.noteRefused(portal, [{ activityId: 8, element: deal(1) }], now - 32 * 86_400_000);

    await exemptions.forgetRefused(portal, pairs.slice(0, 2));

    expect(await Array.fromAsync(exemptions.listResting(portal))).toEqual([
      { activityId: 7, element: deal(3), since: now },
    ]);
    expect((await exemptions.of(portal, [7])).get(7)).toMatchObject({
      refused: new Map([['2:3', now]]),
      ownChangeAt: now + 1,
    });
  });

  it('of exemptions are listed and released one by one', async () => {
    const [{ exemptions, outcomes }, portal] = [aws.stores, freshPortal()];
    const pairs = [1, 2, 3].map((id) => ({ activityId: 7, element: deal(id) }));
    await exemptions.exempt(portal, pairs, 'undo:1', 2000);

    await exemptions.release(portal, pairs.slice(0, 2));
    await exemptions.release(portal, [{ activityId: 8, element: deal(1) }]);

    expect(await Array.fromAsync(exemptions.list(portal))).toEqual([
      { activityId: 7, element: deal(3), since: 2000, run: 'undo:1' },
    ]);
    expect(await Array.fromAsync(outcomes.list({ portal }))).toEqual([]);
  });
});
