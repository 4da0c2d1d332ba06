import { DeleteCommand, type DynamoDBDocumentClient, PutCommand, paginateQuery } from '@aws-sdk/lib-dynamodb';
import type { Slice } from '../../jobs/intent.ts';
import type { SliceStore } from '../../jobs/intent-store.ts';

const PREFIX = 'slice:';

/** Open slices, beside the portal's state. The slice is one JSON text: it is always written and read as a whole. */
export class DynamoSlices implements SliceStore {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async write(slice: Slice): Promise<void> {
    const Item = { ...keyOf(slice), slice: JSON.stringify(slice) };
    await this.#client.send(new PutCommand({ TableName: this.#table, Item }));
  }

  async close(slice: Slice): Promise<void> {
    await this.#client.send(new DeleteCommand({ TableName: this.#table, Key: keyOf(slice) }));
  }

  async open(portal: string): Promise<Slice[]> {
    const pages = paginateQuery(
      { client: this.#client },
      {
        TableName: this.#table,
        ConsistentRead: true,
        KeyConditionExpression: 'portal = :portal AND begins_with(kind, :prefix)',
        ExpressionAttributeValues: { ':portal': portal, ':prefix': PREFIX },
      },
    );
    const slices: Slice[] = [];
    for await (const { Items = [] } of pages) slices.push(...Items.map(({ slice }) => JSON.parse(slice) as Slice));
    return slices;
  }
}

const keyOf = ({ portal, id }: Slice) => ({ portal, kind: `${PREFIX}${id}` });
