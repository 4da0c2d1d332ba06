import { DeleteCommand, type DynamoDBDocumentClient, PutCommand, paginateQuery } from '@aws-sdk/lib-dynamodb';
import type { Intent, IntentStore } from '../../jobs/intent.ts';

const PREFIX = 'slice:';

/** Open intents, beside the portal's state. Each is one JSON text, as it is always written and read as a whole. */
export class DynamoIntents implements IntentStore {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async write(intent: Intent): Promise<void> {
    const Item = { ...keyOf(intent), slice: JSON.stringify(intent) };
    await this.#client.send(new PutCommand({ TableName: this.#table, Item }));
  }

  async close(intent: Intent): Promise<void> {
    await this.#client.send(new DeleteCommand({ TableName: this.#table, Key: keyOf(intent) }));
  }

  async listOpen(portal: string): Promise<Intent[]> {
    const pages = paginateQuery(
      { client: this.#client },
      {
        TableName: this.#table,
        ConsistentRead: true,
        KeyConditionExpression: 'portal = :portal AND begins_with(kind, :prefix)',
        ExpressionAttributeValues: { ':portal': portal, ':prefix': PREFIX },
      },
    );
    const intents: Intent[] = [];
    for await (const { Items = [] } of pages) intents.push(...Items.map(({ slice }) => JSON.parse(slice) as Intent));
    return intents;
  }
}

const keyOf = ({ portal, id }: Intent) => ({ portal, kind: `${PREFIX}${id}` });
