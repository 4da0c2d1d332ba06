import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import type { Config } from '../../config.ts';

/**
 * The index of unfinished jobs, in the order in which they are due. A local one, as reading what is due must be consistent
 * (D§2).
 */
export const QUEUE_INDEX = 'queue';
/** The outcomes of a portal by time. */
export const TIME_INDEX = 'byTime';
/** Seconds since the epoch; items without this attribute stay. */
export const TTL_ATTRIBUTE = 'expiresAt';

/** Keys and indexes of the three tables. `serverless.yml` says the same; a test compares them. */
export function tableDefinitions(tables: Config['tables']): CreateTableCommandInput[] {
  return [
    {
      TableName: tables.jobs,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: strings('portal', 'id', 'queue'),
      KeySchema: keys('portal', 'id'),
      LocalSecondaryIndexes: [
        { IndexName: QUEUE_INDEX, KeySchema: keys('portal', 'queue'), Projection: { ProjectionType: 'ALL' } },
      ],
    },
    {
      TableName: tables.outcomes,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: strings('portal', 'id', 'at'),
      KeySchema: keys('portal', 'id'),
      GlobalSecondaryIndexes: [
        { IndexName: TIME_INDEX, KeySchema: keys('portal', 'at'), Projection: { ProjectionType: 'ALL' } },
      ],
    },
    {
      TableName: tables.portals,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: strings('portal', 'kind'),
      KeySchema: keys('portal', 'kind'),
    },
  ];
}

const strings = (...names: string[]) => names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const }));

const keys = (hash: string, range: string) => [
  { AttributeName: hash, KeyType: 'HASH' as const },
  { AttributeName: range, KeyType: 'RANGE' as const },
];
