import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchGetCommand, BatchWriteCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { getItems, putItems } from '../../../../lib/aws/dynamodb/batch-items.ts';
import { isTransient } from '../../../../lib/aws/is-transient.ts';

function table() {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));
  const waits: number[] = [];
  const clock = { now: () => 0, sleep: async (ms: number) => void waits.push(ms) };
  return { mock: mockClient(client), waits, access: { client, table: 't', clock } };
}

const keys = (count: number) => Array.from({ length: count }, (_, id) => ({ id }));

test('items are written 25 at a time', async () => {
  const { mock, access } = table();
  mock.on(BatchWriteCommand).resolves({});

  await putItems(keys(60), access);

  const sizes = mock.commandCalls(BatchWriteCommand).map(({ args }) => args[0].input.RequestItems?.t?.length);
  expect(sizes).toEqual([25, 25, 10]);
});

test('items are read 100 at a time, consistently', async () => {
  const { mock, access } = table();
  mock.on(BatchGetCommand).resolves({ Responses: { t: [{ id: 1 }] } });

  expect(await getItems(keys(101), access)).toEqual([{ id: 1 }, { id: 1 }]);

  const requests = mock.commandCalls(BatchGetCommand).map(({ args }) => args[0].input.RequestItems?.t);
  expect(requests.map((request) => [request?.Keys?.length, request?.ConsistentRead])).toEqual([
    [100, true],
    [1, true],
  ]);
});

test('what is left undone is asked for again, after ever longer pauses', async () => {
  const { mock, access, waits } = table();
  const rest = { t: { Keys: [{ id: 1 }] } };
  mock
    .on(BatchGetCommand)
    .resolvesOnce({ Responses: { t: [{ id: 0 }] }, UnprocessedKeys: rest })
    .resolvesOnce({ UnprocessedKeys: rest })
    .resolves({ Responses: { t: [{ id: 1 }] } });

  expect(await getItems(keys(2), access)).toEqual(keys(2));
  expect(waits).toEqual([50, 100]);
});

test('a batch of which DynamoDB leaves a part undone for ever is trouble that passes', async () => {
  const { mock, access, waits } = table();
  mock.on(BatchGetCommand).resolves({ UnprocessedKeys: { t: { Keys: [{ id: 1 }] } } });

  const error = await getItems(keys(1), access).catch((thrown: unknown) => thrown);

  expect(isTransient(error)).toBe(true);
  expect(waits).toEqual([50, 100, 200, 400, 800]);
});

test('no request is made for nothing', async () => {
  const { mock, access } = table();

  await putItems([], access);

  expect(await getItems([], access)).toEqual([]);
  expect(mock.calls()).toEqual([]);
});
