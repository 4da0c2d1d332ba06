import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Job } from '../../jobs/job.ts';
import { type JobItem, splitJobId } from './job-item.ts';
import { type Condition, type ItemUpdate, tryConditionalWrite, updateAndReadItem, updateItem } from './update-item.ts';

/** Jobs that are over have no place in the index of what is to be done. */
export const UNFINISHED: Condition = { attribute: 'queue', exists: true };

/** The slice that this copy of the job is about has not been ended by anybody yet. */
export const intentIsOpen = ({ slice }: Pick<Job, 'slice'>): Condition[] => [
  { attribute: 'slice', is: slice },
  UNFINISHED,
];

export type JobChange = Partial<Omit<ItemUpdate, 'table' | 'key'>>;

/** The items of jobs, each read and changed alone. Of a slot only the job's own run is changed. */
export class JobItems {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  /** False: the condition did not hold. */
  put(Item: JobItem, ConditionExpression: string, ExpressionAttributeValues?: Record<string, string>) {
    const command = new PutCommand({ TableName: this.#table, Item, ConditionExpression, ExpressionAttributeValues });
    return tryConditionalWrite(() => this.#client.send(command));
  }

  /** The item of the job, or the slot that it is a run of. */
  async read(portal: string, jobId: string): Promise<JobItem | null> {
    const Key = { portal, id: splitJobId(jobId).key };
    const { Item } = await this.#client.send(new GetCommand({ TableName: this.#table, Key, ConsistentRead: true }));
    return (Item as JobItem | undefined) ?? null; // written by this class alone
  }

  /** False: a condition did not hold. */
  update(job: Pick<Job, 'portal' | 'id'>, change: JobChange): Promise<boolean> {
    return updateItem(this.#client, this.#updateOf(job, change));
  }

  /** The item as it is after the change; null: a condition did not hold. */
  async updateAndRead(job: Pick<Job, 'portal' | 'id'>, change: JobChange): Promise<JobItem | null> {
    return (await updateAndReadItem(this.#client, this.#updateOf(job, change))) as JobItem | null; // written by this class alone
  }

  #updateOf({ portal, id }: Pick<Job, 'portal' | 'id'>, { set = {}, only = [], ...change }: JobChange): ItemUpdate {
    const { key, run } = splitJobId(id);
    const sameRun: Condition[] = run === null ? [] : [{ attribute: 'run', is: run }];
    return { ...change, table: this.#table, key: { portal, id: key }, set, only: [...only, ...sameRun] };
  }
}
