import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { LeaseStore } from '../../portal/lease-store.ts';
import { deleteItemIf, putItemIf } from './update-item.ts';

/** Leases, each an item beside its portal's state. */
export class DynamoLeases implements LeaseStore {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  /**
   * One conditional write, so one owner at a time holds the lease.
   *
   *   A  acquire: until 30 ─ works ─ ✂ dies
   *   B      acquire: until 30 > now, not mine: no ─ ··· ─ acquire at 30: it has ended ─ works ─ release
   *   A  (it was only frozen)                                                release: owner is B, nothing is deleted
   *
   * What A still does after 30 must be harmless: a grant is written in place of a named version (D§4).
   */
  acquire(portal: string, owner: string, until: number, now: number): Promise<boolean> {
    return putItemIf(
      this.#address(portal),
      { owner, until },
      {
        expression: 'attribute_not_exists(portal) OR #until <= :now OR #owner = :owner',
        names: { '#until': 'until', '#owner': 'owner' },
        values: { ':now': now, ':owner': owner },
      },
    );
  }

  async release(portal: string, owner: string): Promise<void> {
    await deleteItemIf(this.#address(portal), {
      expression: '#owner = :owner',
      names: { '#owner': 'owner' },
      values: { ':owner': owner },
    });
  }

  #address(portal: string) {
    return { client: this.#client, table: this.#table, key: { portal, kind: 'lease' } };
  }
}
