import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freshPortal } from '../../../support/aws/fresh-portal.ts';
import { type TemporaryLocalAws, temporaryLocalAws } from '../../../support/aws/temporary-local-aws.ts';

let aws: TemporaryLocalAws;
beforeAll(async () => {
  aws = await temporaryLocalAws();
});
afterAll(() => aws.close());

const deal = (entityId: number) => ({ entityTypeId: 2, entityId });

describe('what is noted about bindings', () => {
  it('is stored by activity and element, each kind on its own', async () => {
    const [{ marks }, portal] = [aws.stores, freshPortal()];
    await marks.noteRefused(
      portal,
      [
        { activityId: 1, element: deal(1) },
        { activityId: 1, element: deal(2) },
      ],
      1000,
    );
    await marks.exempt(
      portal,
      [
        { activityId: 1, element: deal(3) },
        { activityId: 2, element: deal(1) },
      ],
      'undo:1',
      2000,
    );

    const of = await marks.of(portal, [1, 2, 3]);

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

  it('of refusals tells when we have changed the activity since', async () => {
    const [{ marks }, portal] = [aws.stores, freshPortal()];
    await marks.noteRefused(portal, [{ activityId: 1, element: deal(1) }], 1000);

    await marks.noteOwnChange(portal, [1, 2], 5000);

    const of = await marks.of(portal, [1, 2]);
    expect(of.get(1)).toMatchObject({ refused: new Map([['2:1', 1000]]), ownChangeAt: 5000 });
    expect(of.has(2)).toBe(false);
  });

  it('of refusals is listed until it expires, and forgotten one by one', async () => {
    const [{ marks }, portal] = [aws.stores, freshPortal()];
    const pairs = [1, 2, 3].map((id) => ({ activityId: 7, element: deal(id) }));
    const now = Date.now();
    await marks.noteRefused(portal, pairs, now);
    await marks.noteOwnChange(portal, [7], now + 1);
    await marks.noteRefused(portal, [{ activityId: 8, element: deal(1) }], now - 32 * 86_400_000);

    await marks.forgetRefused(portal, pairs.slice(0, 2));

    expect(await Array.fromAsync(marks.resting(portal))).toEqual([{ activityId: 7, element: deal(3), since: now }]);
    expect((await marks.of(portal, [7])).get(7)).toMatchObject({
      refused: new Map([['2:3', now]]),
      ownChangeAt: now + 1,
    });
  });

  it('of exemptions is listed and released one by one', async () => {
    const [{ marks, outcomes }, portal] = [aws.stores, freshPortal()];
    const pairs = [1, 2, 3].map((id) => ({ activityId: 7, element: deal(id) }));
    await marks.exempt(portal, pairs, 'undo:1', 2000);

    await marks.release(portal, pairs.slice(0, 2));
    await marks.release(portal, [{ activityId: 8, element: deal(1) }]);

    expect(await Array.fromAsync(marks.exemptions(portal))).toEqual([
      { activityId: 7, element: deal(3), since: 2000, run: 'undo:1' },
    ]);
    expect(await Array.fromAsync(outcomes.list({ portal }))).toEqual([]);
  });
});
