import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import type { RunRecord } from '../../cleanup/runs/run-store.ts';
import { MOST_RUN_HISTORY_TRIES, MOST_RUNS_IN_HISTORY } from '../policy.ts';
import { readRunEnd } from './read-run-end.ts';
import { type Condition, updateItem } from './update-item.ts';

/** The latest runs of a portal, in one item beside the outcomes. It stays small, however often a run is noted. */
export class DynamoRunHistory {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async read(portal: string): Promise<readonly RunRecord[]> {
    return (await this.#item(portal)).runs;
  }

  /**
   * Replaces the record of a run by what `next` makes of it (null: there is none yet). `next` may be called several times.
   */
  async note(portal: string, id: string, next: (before: RunRecord | null) => RunRecord): Promise<void> {
    for (let tries = 0; tries < MOST_RUN_HISTORY_TRIES; tries += 1) {
      const { runs, revision } = await this.#item(portal);
      const record = next(runs.find((run) => run.id === id) ?? null);
      const kept = [record, ...runs.filter((run) => run.id !== id)]
        .sort((one, other) => other.since - one.since)
        .slice(0, MOST_RUNS_IN_HISTORY);
      if (await this.#write(portal, kept, revision)) return;
    }
    throw new Error('The history of runs changed too often to change it');
  }

  async #item(portal: string): Promise<{ runs: readonly RunRecord[]; revision: number | null }> {
    const Key = { portal, id: 'history' };
    const { Item } = await this.#client.send(new GetCommand({ TableName: this.#table, Key, ConsistentRead: true }));
    return Item === undefined
      ? { runs: [], revision: null }
      : { runs: (Item.runs as RunRecord[]).map(recordOf), revision: Number(Item.revision) }; // written by this file alone
  }

  #write(portal: string, runs: readonly RunRecord[], revision: number | null): Promise<boolean> {
    const unchanged: Condition =
      revision === null ? { attribute: 'revision', exists: false } : { attribute: 'revision', is: revision };
    const set = { runs, revision: (revision ?? 0) + 1 };
    return updateItem(this.#client, { table: this.#table, key: { portal, id: 'history' }, set, only: [unchanged] });
  }
}

/** Older records do not say what could not be read, and use other words for why a run ended. */
const recordOf = ({ id, since, end }: RunRecord): RunRecord => ({
  id,
  since,
  end: end === null ? null : { ...end, why: readRunEnd(end.why), code: end.code ?? null },
});
