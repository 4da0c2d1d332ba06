import { type DynamoDBDocumentClient, GetCommand, PutCommand, paginateQuery } from '@aws-sdk/lib-dynamodb';
import type { Job } from '../../jobs/job.ts';
import { type JobItem, jobOf, splitJobId } from './job-item.ts';
import { QUEUE_INDEX } from './table-definitions.ts';
import { type Condition, type ItemUpdate, tryConditionalWrite, updateAndReadItem, updateItem } from './update-item.ts';

/** Finished jobs are not in the index of what is to be done. */
export const UNFINISHED: Condition = { attribute: 'queue', exists: true };

/** Nobody has ended the intent yet that this copy of the job is about. */
export const intentIsOpen = ({ slice }: Pick<Job, 'slice'>): Condition[] => [
  { attribute: 'slice', is: slice },
  UNFINISHED,
];

/** What to change in the item of a job, and on which conditions. */
export type JobChange = Partial<Omit<ItemUpdate, 'table' | 'key'>>;

/** The items of jobs. Each is changed alone, and that of an event job only if it is still at the same run. */
export class JobItems {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;
  readonly #epoch: number | null;

  /** `epoch`: that of the worker on whose behalf items are changed; null: they are changed for somebody else. */
  constructor(client: DynamoDBDocumentClient, table: string, epoch: number | null = null) {
    this.#client = client;
    this.#table = table;
    this.#epoch = epoch;
  }

  /** Writes a whole item. False: the condition did not hold. */
  put(Item: JobItem, ConditionExpression: string, ExpressionAttributeValues?: Record<string, string>) {
    const command = new PutCommand({ TableName: this.#table, Item, ConditionExpression, ExpressionAttributeValues });
    return tryConditionalWrite(() => this.#client.send(command));
  }

  /** The item of a job. That of an event job may be at a later run. */
  async read(portal: string, jobId: string): Promise<JobItem | null> {
    const Key = { portal, id: splitJobId(jobId).key };
    const { Item } = await this.#client.send(new GetCommand({ TableName: this.#table, Key, ConsistentRead: true }));
    return (Item as JobItem | undefined) ?? null; // written by this class alone
  }

  /** Changes the item. False: a condition did not hold. */
  update(job: Pick<Job, 'portal' | 'id'>, change: JobChange): Promise<boolean> {
    return updateItem(this.#client, this.#updateOf(job, change));
  }

  /** Changes the item and returns it as it is then; null: a condition did not hold. */
  async updateAndRead(job: Pick<Job, 'portal' | 'id'>, change: JobChange): Promise<JobItem | null> {
    return (await updateAndReadItem(this.#client, this.#updateOf(job, change))) as JobItem | null; // written by this class alone
  }

  /** The jobs of a portal whose queue keys lie between two keys, in order and consistent, read `pageSize` at a time. */
  async *queued(portal: string, first: string, last: string, pageSize: number): AsyncIterable<Job> {
    const pages = paginateQuery(
      { client: this.#client, pageSize },
      {
        TableName: this.#table,
        IndexName: QUEUE_INDEX,
        ConsistentRead: true,
        KeyConditionExpression: 'portal = :portal AND queue BETWEEN :first AND :last',
        ExpressionAttributeValues: { ':portal': portal, ':first': first, ':last': last },
      },
    );
    for await (const { Items = [] } of pages) yield* (Items as JobItem[]).map(jobOf); // written by this class alone
  }

  #updateOf({ portal, id }: Pick<Job, 'portal' | 'id'>, { set = {}, only = [], ...change }: JobChange): ItemUpdate {
    const { key, run } = splitJobId(id);
    const sameRun: Condition[] = run === null ? [] : [{ attribute: 'run', is: run }];
    const epoch = this.#epoch;
    const notLater: Condition[] = epoch === null ? [] : [{ attribute: 'epoch', atMost: epoch }];
    return {
      ...change,
      table: this.#table,
      key: { portal, id: key },
      set: epoch === null ? set : { ...set, epoch },
      only: [...only, ...sameRun, ...notLater],
    };
  }
}
