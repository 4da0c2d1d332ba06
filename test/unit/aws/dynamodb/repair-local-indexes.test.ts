import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { repairLocalIndexes } from '../../../../lib/aws/dynamodb/repair-local-indexes.ts';

const TABLES = { jobs: 'jobs', outcomes: 'outcomes', portals: 'portals' };
const job = (id: string, queue?: string) => ({ portal: 'acme', id, ...(queue === undefined ? {} : { queue }) });

test.each([
  ['nothing', [job('a', '1')], [job('a', '1')], []],
  ['an item without its entry', [], [job('a', '1')], [job('a', '1')]],
  ['an entry without its item', [job('a', '1')], [], [job('a', '1')]],
  ['an entry that is newer than its item', [job('a', '2')], [job('a', '1')], [job('a', '2')]],
  ['no entry of a finished job', [], [job('a')], []],
])('puts again %s', async (_, entries, items, expected) => {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));
  const mock = mockClient(client);
  mock.on(ScanCommand).resolves({ Items: [] });
  mock.on(ScanCommand, { TableName: 'jobs', IndexName: undefined }).resolves({ Items: items });
  mock.on(ScanCommand, { TableName: 'jobs', IndexName: 'queue' }).resolves({ Items: entries });
  mock.on(PutCommand).resolves({});

  await repairLocalIndexes(client, TABLES);

  expect(mock.commandCalls(PutCommand).map(({ args }) => args[0].input.Item)).toEqual(expected);
});
