import { type DynamoDBDocumentClient, paginateQuery, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { type Clock, systemClock } from '../../clock.ts';
import type { Outcome } from '../../jobs/outcome.ts';
import type { OutcomeFilter, OutcomeStore } from '../../jobs/outcome-store.ts';
import { expiresAt } from '../expires-at.ts';
import { getItems, putItems } from './batch-items.ts';
import { TIME_INDEX } from './table-definitions.ts';

type OutcomeItem = Outcome & { readonly expiresAt: number };

export type DynamoOutcomesSettings = { readonly table: string; readonly keepDays: number; readonly clock?: Clock };

/** Outcomes in DynamoDB, one item per command, so that a record that is written twice exists once. */
export class DynamoOutcomes implements OutcomeStore {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;
  readonly #keepDays: number;
  readonly #clock: Clock;

  constructor(client: DynamoDBDocumentClient, { table, keepDays, clock = systemClock }: DynamoOutcomesSettings) {
    this.#client = client;
    this.#table = table;
    this.#keepDays = keepDays;
    this.#clock = clock;
  }

  async record(outcomes: readonly Outcome[]): Promise<void> {
    const byId = new Map(outcomes.map((outcome) => [`${outcome.portal} ${outcome.id}`, outcome])); // a batch may not repeat a key
    await putItems(
      [...byId.values()].map((outcome) => this.#itemOf(outcome)),
      this.#access,
    );
  }

  async known(portal: string, ids: readonly string[]): Promise<ReadonlyMap<string, Outcome>> {
    const keys = [...new Set(ids)].map((id) => ({ portal, id }));
    const items = (await getItems(keys, this.#access)) as OutcomeItem[]; // written by this file alone
    return new Map(items.map((item) => [item.id, outcomeOf(item)]));
  }

  async pageOfJob(portal: string, jobId: string, after: string | null, limit: number): Promise<Outcome[]> {
    const { Items = [] } = await this.#client.send(
      new QueryCommand({
        TableName: this.#table,
        ConsistentRead: true,
        KeyConditionExpression: 'portal = :portal AND id BETWEEN :first AND :last',
        // A space sorts before every character of an id, and `0` right after the slash.
        ExpressionAttributeValues: { ':portal': portal, ':first': `${after ?? `${jobId}/`} `, ':last': `${jobId}0` },
        Limit: limit,
      }),
    );
    return (Items as OutcomeItem[]).map(outcomeOf);
  }

  async ofJob(portal: string, jobId: string): Promise<Outcome[]> {
    const pages = paginateQuery(
      { client: this.#client },
      {
        TableName: this.#table,
        ConsistentRead: true,
        KeyConditionExpression: 'portal = :portal AND begins_with(id, :job)',
        ExpressionAttributeValues: { ':portal': portal, ':job': `${jobId}/` },
      },
    );
    const outcomes: Outcome[] = [];
    for await (const { Items = [] } of pages) outcomes.push(...(Items as OutcomeItem[]).map(outcomeOf));
    return outcomes;
  }

  async *list(filter: OutcomeFilter): AsyncIterable<Outcome> {
    const pages = paginateQuery(
      { client: this.#client },
      { TableName: this.#table, IndexName: TIME_INDEX, ScanIndexForward: false, ...this.#expressionsOf(filter) },
    );
    for await (const { Items = [] } of pages) yield* (Items as OutcomeItem[]).map(outcomeOf);
  }

  /** Expired records are left out here: DynamoDB removes them up to some days late, and the local one never. */
  #expressionsOf({ portal, activityId, status, since = 0 }: OutcomeFilter) {
    const filters = ['expiresAt > :now'];
    if (activityId !== undefined) filters.push('activityId = :activityId');
    if (status !== undefined) filters.push('#status = :status');
    return {
      KeyConditionExpression: 'portal = :portal AND #at >= :since',
      FilterExpression: filters.join(' AND '),
      ExpressionAttributeNames: { '#at': 'at', ...(status === undefined ? {} : { '#status': 'status' }) },
      ExpressionAttributeValues: {
        ':portal': portal,
        ':since': new Date(since).toISOString(),
        ':now': this.#clock.now() / 1000,
        ':activityId': activityId,
        ':status': status,
      },
    };
  }

  get #access() {
    return { client: this.#client, table: this.#table, clock: this.#clock };
  }

  #itemOf(outcome: Outcome): OutcomeItem {
    return { ...outcomeOf(outcome), expiresAt: expiresAt(Date.parse(outcome.at), this.#keepDays) };
  }
}

/** The fields of the record and no others, as outcomes are listed and exported as they are stored. */
function outcomeOf(from: Outcome): Outcome {
  const { id, portal, activityId, entityTypeId, entityId, status, code, trigger, cause, attempts, durationMs, at } =
    from;
  const of = { id, portal, activityId, entityTypeId, entityId, status, code, trigger, cause, attempts, durationMs, at };
  return from.rule === undefined ? of : { ...of, rule: from.rule };
}
