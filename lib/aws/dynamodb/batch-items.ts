import {
  BatchGetCommand,
  type BatchGetCommandInput,
  BatchWriteCommand,
  type BatchWriteCommandInput,
  type DynamoDBDocumentClient,
} from '@aws-sdk/lib-dynamodb';
import type { Clock } from '../../clock.ts';
import { inParts } from '../../in-parts.ts';
import { MOST_READS_OF_BATCH, MOST_WRITES_OF_BATCH, UNPROCESSED_RETRY_MS } from '../policy.ts';

/** DynamoDB left a part of a batch undone, several times in a row, as it throttles us. */
class BatchThrottled extends Error {
  /** As the SDK marks errors that pass. */
  readonly $retryable = { throttling: true };

  constructor() {
    super('DynamoDB left a part of a batch undone, several times in a row');
    this.name = 'BatchThrottled';
  }
}

type Item = Record<string, unknown>;
type Access = { readonly client: DynamoDBDocumentClient; readonly table: string; readonly clock: Clock };

/** Writes whole items. No two may have the same key. */
export async function putItems(items: readonly Item[], { client, table, clock }: Access): Promise<void> {
  for (const part of inParts(items, MOST_WRITES_OF_BATCH)) {
    let left: BatchWriteCommandInput['RequestItems'] = { [table]: part.map((Item) => ({ PutRequest: { Item } })) };
    await untilProcessed(clock, async () => {
      left = (await client.send(new BatchWriteCommand({ RequestItems: left }))).UnprocessedItems ?? {};
      return Object.keys(left).length === 0;
    });
  }
}

/** Reads items by their keys, consistently. Missing ones are left out. */
export async function getItems(keys: readonly Item[], { client, table, clock }: Access): Promise<Item[]> {
  const found: Item[] = [];
  for (const part of inParts(keys, MOST_READS_OF_BATCH)) {
    let left: BatchGetCommandInput['RequestItems'] = { [table]: { Keys: [...part], ConsistentRead: true } };
    await untilProcessed(clock, async () => {
      const answer = await client.send(new BatchGetCommand({ RequestItems: left }));
      found.push(...(answer.Responses?.[table] ?? []));
      left = answer.UnprocessedKeys ?? {};
      return Object.keys(left).length === 0;
    });
  }
  return found;
}

/** Repeats a request until it says that nothing is left undone. */
async function untilProcessed(clock: Clock, request: () => Promise<boolean>): Promise<void> {
  for (const wait of [...UNPROCESSED_RETRY_MS, null]) {
    if (await request()) return;
    if (wait !== null) await clock.sleep(wait);
  }
  throw new BatchThrottled();
}
