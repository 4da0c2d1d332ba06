import { type DynamoDBDocumentClient, paginateQuery } from '@aws-sdk/lib-dynamodb';
import type { Job } from '../../jobs/job.ts';
import { type JobItem, jobOf } from './job-item.ts';
import { QUEUE_INDEX } from './table-definitions.ts';

export type QueueRange = {
  readonly table: string;
  readonly portal: string;
  /** Queue keys. */
  readonly first: string;
  readonly last: string;
  /** How many are read at a time. */
  readonly pageSize: number;
};

/** The jobs of a portal whose queue keys lie in a range, in their order. Consistent. */
export async function* jobsInQueue(
  client: DynamoDBDocumentClient,
  { table, portal, first, last, pageSize }: QueueRange,
): AsyncIterable<Job> {
  const pages = paginateQuery(
    { client, pageSize },
    {
      TableName: table,
      IndexName: QUEUE_INDEX,
      ConsistentRead: true,
      KeyConditionExpression: 'portal = :portal AND queue BETWEEN :first AND :last',
      ExpressionAttributeValues: { ':portal': portal, ':first': first, ':last': last },
    },
  );
  for await (const { Items = [] } of pages) yield* (Items as JobItem[]).map(jobOf); // written by DynamoJobs alone
}
