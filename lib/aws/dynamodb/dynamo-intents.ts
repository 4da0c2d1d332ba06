import { DeleteCommand, type DynamoDBDocumentClient, PutCommand, paginateQuery } from '@aws-sdk/lib-dynamodb';
import type { Intent, IntentStore } from '../../jobs/intent.ts';
import { tryConditionalWrite } from './update-item.ts';

const PREFIX = 'slice:';

/** Open intents, beside the portal's state. Each is one JSON text, as it is always written and read as a whole. */
export class DynamoIntents implements IntentStore {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;
  readonly #epoch: number;

  constructor(client: DynamoDBDocumentClient, table: string, epoch = 0) {
    this.#client = client;
    this.#table = table;
    this.#epoch = epoch;
  }

  inEpoch(epoch: number): IntentStore {
    return new DynamoIntents(this.#client, this.#table, epoch);
  }

  async write(intent: Intent): Promise<void> {
    const Item = { ...keyOf(intent), slice: JSON.stringify(intent), epoch: this.#epoch };
    await tryConditionalWrite(() =>
      this.#client.send(new PutCommand({ TableName: this.#table, Item, ...this.#notLater() })),
    );
  }

  async close(intent: Intent): Promise<void> {
    const Key = keyOf(intent);
    await tryConditionalWrite(() =>
      this.#client.send(new DeleteCommand({ TableName: this.#table, Key, ...this.#notLater() })),
    );
  }

  /** What a worker with a later epoch has written is not ours any more. */
  #notLater() {
    return {
      ConditionExpression: 'attribute_not_exists(epoch) OR epoch <= :epoch',
      ExpressionAttributeValues: { ':epoch': this.#epoch },
    };
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
