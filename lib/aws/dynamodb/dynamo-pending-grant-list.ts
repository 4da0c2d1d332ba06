import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import type { PendingEntry } from '../../installation/pending-grant.ts';
import { MOST_PENDING_LIST_TRIES } from '../policy.ts';
import { type Condition, updateItem } from './update-item.ts';

/** No member_id looks like this, so the item of no portal is meant. */
const KEY = { portal: '*unconfirmed', kind: 'kept' };

/**
 * Which grants are pending, in one item beside the portals, so that their number is bounded over all sandboxes (a list of
 * secrets is only eventually right). It holds no tokens.
 */
export class DynamoPendingGrantList {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async read(): Promise<readonly PendingEntry[]> {
    return (await this.#item()).entries;
  }

  /**
   * Replaces the list by what `next` makes of it; null leaves it as it is. `next` may be called several times:
   *
   *   A  read: revision 7 ───────────────── write, if 7: now 8
   *   B          read: revision 7 ─────────────────── write, if 7: no ─ read: revision 8 ─ write, if 8: now 9
   */
  async change(next: (entries: readonly PendingEntry[]) => readonly PendingEntry[] | null): Promise<void> {
    for (let tries = 0; tries < MOST_PENDING_LIST_TRIES; tries += 1) {
      const { entries, revision } = await this.#item();
      const changed = next(entries);
      if (changed === null || (await this.#write(changed, revision))) return;
    }
    throw new Error('The list of pending grants changed too often to change it');
  }

  async #item(): Promise<{ entries: readonly PendingEntry[]; revision: number | null }> {
    const { Item } = await this.#client.send(
      new GetCommand({ TableName: this.#table, Key: KEY, ConsistentRead: true }),
    );
    return Item === undefined
      ? { entries: [], revision: null }
      : { entries: Item.entries as PendingEntry[], revision: Number(Item.revision) };
  }

  #write(entries: readonly PendingEntry[], revision: number | null): Promise<boolean> {
    const unchanged: Condition =
      revision === null ? { attribute: 'revision', exists: false } : { attribute: 'revision', is: revision };
    const set = { entries, revision: (revision ?? 0) + 1 };
    return updateItem(this.#client, { table: this.#table, key: KEY, set, only: [unchanged] });
  }
}
