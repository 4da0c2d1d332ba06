import {
  BatchGetCommand,
  type BatchGetCommandInput,
  BatchWriteCommand,
  type BatchWriteCommandInput,
  type DynamoDBDocumentClient,
  paginateQuery,
  QueryCommand,
} from '@aws-sdk/lib-dynamodb';
import { type Clock, systemClock } from '../clock.ts';
import type { Outcome } from '../unbind/outcome.ts';
import type { OutcomeFilter, OutcomeStore } from '../unbind/outcome-store.ts';
import { TIME_INDEX } from './table-definitions.ts';

/** Service limits of one batch request. */
const WRITES_AT_ONCE = 25;
const READS_AT_ONCE = 100;

/** Waits between the rounds of a batch of which DynamoDB left some undone (throttling), ms. */
const ROUND_WAITS = [50, 100, 200, 400, 800];

const DAY_SECONDS = 86_400;

type OutcomeItem = Outcome & { readonly expiresAt: number };

export type DynamoOutcomesSettings = { readonly table: string; readonly keepDays: number; readonly clock?: Clock };

/** Outcomes in DynamoDB, one item per command id, so that a record written twice is there once. */
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
    for (const part of inParts([...byId.values()], WRITES_AT_ONCE)) {
      await this.#write({ [this.#table]: part.map((outcome) => ({ PutRequest: { Item: this.#itemOf(outcome) } })) });
    }
  }

  async known(portal: string, ids: readonly string[]): Promise<ReadonlyMap<string, Outcome>> {
    const found: OutcomeItem[] = [];
    for (const part of inParts([...new Set(ids)], READS_AT_ONCE)) {
      const Keys = part.map((id) => ({ portal, id }));
      found.push(...(await this.#read({ [this.#table]: { Keys, ConsistentRead: true } })));
    }
    return new Map(found.map((item) => [item.id, outcomeOf(item)]));
  }

  async pageOfJob(portal: string, jobId: string, after: string | null, limit: number): Promise<Outcome[]> {
    const { Items = [] } = await this.#client.send(
      new QueryCommand({
        TableName: this.#table,
        ConsistentRead: true,
        KeyConditionExpression: 'portal = :portal AND id BETWEEN :first AND :last',
        // A space comes before whatever an id goes on with, `0` after the slash.
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

  /** Expired records are left out by us: the service removes them up to some days late, the local one never. */
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

  async #write(requests: BatchWriteCommandInput['RequestItems']): Promise<void> {
    let left = requests;
    for (const wait of [...ROUND_WAITS, null]) {
      const answer = await this.#client.send(new BatchWriteCommand({ RequestItems: left }));
      left = answer.UnprocessedItems ?? {};
      if (Object.keys(left).length === 0) return;
      if (wait !== null) await this.#clock.sleep(wait);
    }
    throw new Error('DynamoDB left outcomes unwritten after several rounds');
  }

  async #read(requests: BatchGetCommandInput['RequestItems']): Promise<OutcomeItem[]> {
    const found: OutcomeItem[] = [];
    let left = requests;
    for (const wait of [...ROUND_WAITS, null]) {
      const answer = await this.#client.send(new BatchGetCommand({ RequestItems: left }));
      found.push(...((answer.Responses?.[this.#table] ?? []) as OutcomeItem[]));
      left = answer.UnprocessedKeys ?? {};
      if (Object.keys(left).length === 0) return found;
      if (wait !== null) await this.#clock.sleep(wait);
    }
    throw new Error('DynamoDB left outcomes unread after several rounds');
  }

  #itemOf(outcome: Outcome): OutcomeItem {
    const expiresAt = Math.ceil(Date.parse(outcome.at) / 1000) + this.#keepDays * DAY_SECONDS;
    return { ...outcomeOf(outcome), expiresAt };
  }
}

/** The fields of the record and no others: what is in the table is listed and exported as it is. */
function outcomeOf(from: Outcome): Outcome {
  const { id, portal, activityId, entityTypeId, entityId, status, code, trigger, cause, attempts, durationMs, at } =
    from;
  return { id, portal, activityId, entityTypeId, entityId, status, code, trigger, cause, attempts, durationMs, at };
}

function inParts<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, part) =>
    items.slice(part * size, (part + 1) * size),
  );
}
