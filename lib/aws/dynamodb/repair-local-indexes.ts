import { type DynamoDBDocumentClient, PutCommand, paginateScan } from '@aws-sdk/lib-dynamodb';
import type { Config } from '../../config.ts';
import { QUEUE_INDEX, TIME_INDEX } from './table-definitions.ts';

type Item = Record<string, unknown>;
type Index = { readonly table: string; readonly name: string; readonly range: string; readonly sort: string };

/**
 * Makes the indexes agree with their tables after the local DynamoDB was killed. DynamoDB itself changes both at once;
 * dynalite writes one after the other, and a job that is missing from the queue's index would never be worked:
 *
 *   old entry removed ── ✂ ── new entry put ── ✂ ── item put ── answered
 *                        │                     └ an entry that is newer than its item: the change is completed
 *                        └ an item without its entry: the entry is put again
 *
 * The caller got no answer for anything in between, so both are right. Nobody else may write meanwhile.
 */
export async function repairLocalIndexes(client: DynamoDBDocumentClient, tables: Config['tables']): Promise<void> {
  await repairIndexes(client, { table: tables.jobs, name: QUEUE_INDEX, range: 'id', sort: 'queue' });
  await repairIndexes(client, { table: tables.outcomes, name: TIME_INDEX, range: 'id', sort: 'at' });
}

async function repairIndexes(client: DynamoDBDocumentClient, { table, name, range, sort }: Index): Promise<void> {
  const keyOf = (item: Item) => JSON.stringify([item.portal, item[range]]);
  const put = (Item: Item) => client.send(new PutCommand({ TableName: table, Item }));

  const entries = await allOf(client, table, name);
  const items = new Map((await allOf(client, table)).map((item) => [keyOf(item), item]));
  for (const entry of entries) {
    if (items.get(keyOf(entry))?.[sort] === entry[sort]) continue;
    await put(entry);
    items.set(keyOf(entry), entry);
  }
  const indexed = new Set(entries.map(keyOf));
  for (const [key, item] of items) {
    if (item[sort] !== undefined && !indexed.has(key)) await put(item);
  }
}

async function allOf(client: DynamoDBDocumentClient, TableName: string, IndexName?: string): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of paginateScan({ client }, { TableName, IndexName })) items.push(...(page.Items ?? []));
  return items;
}
