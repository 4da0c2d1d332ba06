import {
  BatchGetCommand,
  type BatchGetCommandInput,
  BatchWriteCommand,
  type BatchWriteCommandInput,
  type DynamoDBDocumentClient,
} from '@aws-sdk/lib-dynamodb';
import type { Clock } from '../../clock.ts';
import { inParts } from '../../in-parts.ts';

/** Service limits of one batch request. */
const WRITES_AT_ONCE = 25;
const READS_AT_ONCE = 100;

/** Waits between the rounds of a batch of which DynamoDB left some undone (throttling), ms. */
const ROUND_WAITS = [50, 100, 200, 400, 800];

type Item = Record<string, unknown>;
type Access = { readonly client: DynamoDBDocumentClient; readonly table: string; readonly clock: Clock };

/** Writes whole items; no key may be there twice. */
export async function putItems(items: readonly Item[], { client, table, clock }: Access): Promise<void> {
  for (const part of inParts(items, WRITES_AT_ONCE)) {
    let left: BatchWriteCommandInput['RequestItems'] = { [table]: part.map((Item) => ({ PutRequest: { Item } })) };
    await inBatches(clock, async () => {
      left = (await client.send(new BatchWriteCommand({ RequestItems: left }))).UnprocessedItems ?? {};
      return Object.keys(left).length === 0;
    });
  }
}

/** Reads items by their keys, consistently; those that are not there are left out. */
export async function getItems(keys: readonly Item[], { client, table, clock }: Access): Promise<Item[]> {
  const found: Item[] = [];
  for (const part of inParts(keys, READS_AT_ONCE)) {
    let left: BatchGetCommandInput['RequestItems'] = { [table]: { Keys: [...part], ConsistentRead: true } };
    await inBatches(clock, async () => {
      const answer = await client.send(new BatchGetCommand({ RequestItems: left }));
      found.push(...(answer.Responses?.[table] ?? []));
      left = answer.UnprocessedKeys ?? {};
      return Object.keys(left).length === 0;
    });
  }
  return found;
}

async function inBatches(clock: Clock, round: () => Promise<boolean>): Promise<void> {
  for (const wait of [...ROUND_WAITS, null]) {
    if (await round()) return;
    if (wait !== null) await clock.sleep(wait);
  }
  throw new Error('DynamoDB left a part of a batch undone after several rounds');
}
