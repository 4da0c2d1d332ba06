import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { freshPortal } from '../../../support/aws/fresh-portal.ts';
import { type TemporaryLocalAws, temporaryLocalAws } from '../../../support/aws/temporary-local-aws.ts';

let aws: TemporaryLocalAws;
beforeAll(async () => {
  aws = await temporaryLocalAws();
});
afterAll(() => aws.close());

describe('an intent', () => {
  const command = {
    id: 'j/unbind/9/2:1',
    jobId: 'j',
    action: 'unbind',
    activityId: 9,
    element: { entityTypeId: 2, entityId: 1 },
  } as const;
  const attempt = {
    command,
    state: 'fresh',
    trigger: 'robot',
    cause: 'w',
    attempts: 0,
    tried: false,
    alone: false,
    firstSentAt: null,
    certainAt: null,
    notBefore: 0,
  } as const;

  test('of a later epoch is neither changed nor closed by a worker of an earlier one', async () => {
    const portal = freshPortal();
    const intent = { portal, id: 's1', shares: [], trials: [attempt] };
    const [earlier, later] = [aws.stores.intents.inEpoch(5), aws.stores.intents.inEpoch(6)];
    await earlier.write(intent);
    const ours = { ...intent, trials: [{ ...attempt, attempts: 1 }] };
    await later.write(ours);

    await earlier.write(intent);
    await earlier.close(intent);
    expect(await later.listOpen(portal)).toEqual([ours]);

    await later.close(ours);
    expect(await later.listOpen(portal)).toEqual([]);
  });

  test('is open as it was written last, until it is closed', async () => {
    const { intents } = aws.stores;
    const portal = freshPortal();
    const intent = { portal, id: 's1', shares: [], trials: [attempt] };
    await intents.write(intent);
    const later = { ...intent, trials: [{ ...attempt, state: 'unanswered', attempts: 1, certainAt: 65_000 } as const] };
    await intents.write(later);
    await intents.write({ ...intent, id: 's2' });

    expect(await intents.listOpen(portal)).toEqual([later, { ...intent, id: 's2' }]);

    await intents.close(later);
    expect(await intents.listOpen(portal)).toEqual([{ ...intent, id: 's2' }]);
  });

  test('belongs to its portal', async () => {
    const { intents } = aws.stores;
    await intents.write({ portal: freshPortal(), id: 's1', shares: [], trials: [] });

    expect(await intents.listOpen(freshPortal())).toEqual([]);
  });
});
