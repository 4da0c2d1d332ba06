import { BatchGetCommand, BatchWriteCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { DynamoOutcomes } from '../../../../lib/aws/dynamodb/dynamo-outcomes.ts';
import type { Outcome } from '../../../../lib/jobs/outcome.ts';
import type { OutcomeFilter, OutcomeStore } from '../../../../lib/jobs/outcome-store.ts';
import { type TemporaryLocalAws, temporaryLocalAws } from '../../../support/aws/temporary-local-aws.ts';

const NOW = Date.parse('2026-11-24T10:00:00Z');

let aws: TemporaryLocalAws;
let outcomes: OutcomeStore;

beforeAll(async () => {
  aws = await temporaryLocalAws({ now: () => NOW, sleep: async () => undefined });
  outcomes = aws.stores.outcomes;
});

afterAll(() => aws.close());

let portals = 0;
const freshPortal = () => `portal-${portals++}`;

const outcomeOf = (portal: string, activityId: number, over: Partial<Outcome> = {}): Outcome => ({
  id: `job/unbind/${activityId}/2:123`,
  portal,
  activityId,
  entityTypeId: 2,
  entityId: 123,
  status: 'unbound',
  code: null,
  trigger: 'robot',
  cause: 'workflow-1',
  attempts: 1,
  durationMs: 120,
  at: new Date(NOW - activityId * 1000).toISOString(),
  ...over,
});

const many = (portal: string, count: number) => Array.from({ length: count }, (_, n) => outcomeOf(portal, n + 1));

async function listed(filter: OutcomeFilter): Promise<Outcome[]> {
  const found: Outcome[] = [];
  for await (const outcome of outcomes.list(filter)) found.push(outcome);
  return found;
}

describe('recording', () => {
  test('keeps exactly the fields of the record', async () => {
    const portal = freshPortal();
    const outcome = outcomeOf(portal, 1, { status: 'refused', code: 'ACCESS_DENIED' });

    await outcomes.record([Object.assign({ accessToken: 'no' }, outcome)]);

    expect(await listed({ portal })).toEqual([outcome]);
  });

  test('takes more than fits into one request', async () => {
    const portal = freshPortal();

    await outcomes.record(many(portal, 60));

    expect(await listed({ portal })).toHaveLength(60);
  });

  test('takes the same outcome twice, in one call and in another', async () => {
    const portal = freshPortal();
    const outcome = outcomeOf(portal, 1);

    await outcomes.record([outcome, outcome]);
    await outcomes.record([outcome]);

    expect(await listed({ portal })).toEqual([outcome]);
  });

  test('takes none', async () => {
    await expect(outcomes.record([])).resolves.toBeUndefined();
  });
});

describe('looking up', () => {
  test('finds what has ended by command id, among more ids than one request takes', async () => {
    const portal = freshPortal();
    const all = many(portal, 130);
    await outcomes.record(all.slice(0, 120));

    const known = await outcomes.known(
      portal,
      [...all, ...all].map(({ id }) => id),
    );

    expect(known.size).toBe(120);
    expect(known.get('job/unbind/7/2:123')).toEqual(outcomeOf(portal, 7));
  });

  test('finds the outcomes of a job, and not those of one whose id begins with the same text', async () => {
    const portal = freshPortal();
    await outcomes.record([
      outcomeOf(portal, 1, { id: 'j1/unbind/1/2:123' }),
      outcomeOf(portal, 2, { id: 'j10/unbind/2/2:123' }),
    ]);

    expect((await outcomes.ofJob(portal, 'j1')).map(({ id }) => id)).toEqual(['j1/unbind/1/2:123']);
  });
});

describe('listing', () => {
  test('gives the newest first and only those of the portal', async () => {
    const portal = freshPortal();
    await outcomes.record([outcomeOf(portal, 30), outcomeOf(portal, 10), outcomeOf(portal, 20)]);
    await outcomes.record([outcomeOf(freshPortal(), 5)]);

    expect((await listed({ portal })).map(({ activityId }) => activityId)).toEqual([10, 20, 30]);
  });

  test.each<[string, Partial<OutcomeFilter>, number[]]>([
    ['an activity', { activityId: 2 }, [2]],
    ['a status', { status: 'refused' }, [3]],
    ['a time', { since: NOW - 2000 }, [1, 2]],
    ['all of these', { activityId: 3, status: 'refused', since: NOW - 3000 }, [3]],
  ])('can be narrowed to %s', async (_, filter, expected) => {
    const portal = freshPortal();
    await outcomes.record([outcomeOf(portal, 1), outcomeOf(portal, 2), outcomeOf(portal, 3, { status: 'refused' })]);

    expect((await listed({ portal, ...filter })).map(({ activityId }) => activityId)).toEqual(expected);
  });

  test('leaves out what has expired but was not removed yet', async () => {
    const portal = freshPortal();
    const old = new Date(NOW - 91 * 86_400_000).toISOString();
    await outcomes.record([outcomeOf(portal, 1, { at: old }), outcomeOf(portal, 2)]);

    expect((await listed({ portal })).map(({ activityId }) => activityId)).toEqual([2]);
  });
});

describe('while DynamoDB leaves a part undone', () => {
  function throttled() {
    const waits: number[] = [];
    const client = DynamoDBDocumentClient.from(aws.clients.dynamo);
    const clock = { now: () => NOW, sleep: async (ms: number) => void waits.push(ms) };
    return { waits, mock: mockClient(client), store: new DynamoOutcomes(client, { table: 't', keepDays: 90, clock }) };
  }

  test('exactly the rest is written again', async () => {
    const { mock, store, waits } = throttled();
    const rest = { t: [{ PutRequest: { Item: { portal: 'p', id: 'x' } } }] };
    mock.on(BatchWriteCommand).resolvesOnce({ UnprocessedItems: rest }).resolves({});

    await store.record([outcomeOf('p', 1), outcomeOf('p', 2)]);

    expect(mock.commandCalls(BatchWriteCommand).map(({ args }) => args[0].input.RequestItems)[1]).toEqual(rest);
    expect(waits).toEqual([50]);
  });

  test('exactly the rest is read again', async () => {
    const { mock, store } = throttled();
    const rest = { t: { Keys: [{ portal: 'p', id: 'b' }], ConsistentRead: true } };
    mock
      .on(BatchGetCommand)
      .resolvesOnce({ Responses: { t: [outcomeOf('p', 1, { id: 'a' })] }, UnprocessedKeys: rest })
      .resolves({ Responses: { t: [outcomeOf('p', 2, { id: 'b' })] } });

    const known = await store.known('p', ['a', 'b']);

    expect([...known.keys()]).toEqual(['a', 'b']);
    expect(mock.commandCalls(BatchGetCommand)[1]?.args[0].input.RequestItems).toEqual(rest);
  });

  test('it is an error in the end', async () => {
    const { mock, store, waits } = throttled();
    mock.on(BatchWriteCommand).resolves({ UnprocessedItems: { t: [{ PutRequest: { Item: {} } }] } });

    await expect(store.record([outcomeOf('p', 1)])).rejects.toThrow('undone, several times in a row');

    expect(waits).toEqual([50, 100, 200, 400, 800]);
  });
});
