import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type AwsClients, awsClients } from '../../../lib/aws/aws-clients.ts';
import { awsStores } from '../../../lib/aws/aws-stores.ts';
import { DynamoJobs } from '../../../lib/aws/dynamodb/dynamo-jobs.ts';
import { DynamoPendingGrantList } from '../../../lib/aws/dynamodb/dynamo-pending-grant-list.ts';
import type { Listening } from '../../../lib/local/listen-on-loopback.ts';
import { readSource, sourceFiles } from '../../support/architecture/source-tree.ts';
import { CASES, type Case, OTHERS, type Stores } from '../../support/aws/conditional-writes.ts';
import { forward } from '../../support/aws/forward.ts';
import { freshPortal } from '../../support/aws/fresh-portal.ts';
import { NOW } from '../../support/aws/job-stage.ts';
import { type TemporaryLocalAws, temporaryLocalAws } from '../../support/aws/temporary-local-aws.ts';

let aws: TemporaryLocalAws;
let wire: Listening;
let clients: AwsClients;
let loses: string | null = null;
let lost = 0;

beforeAll(async () => {
  aws = await temporaryLocalAws();
  wire = await forward(aws.localAws.dynamodb, {
    fate(body) {
      if (loses === null || !body.includes('"ConditionExpression"') || !body.includes(loses)) return undefined;
      loses = null;
      lost += 1;
      return { kind: 'lost' };
    },
  });
  clients = awsClients({ ...aws.config, localAws: { ...aws.localAws, dynamodb: wire.url } });
});
afterAll(async () => {
  for (const client of Object.values(clients)) client.destroy();
  await wire.close();
  await aws.close();
});

/** Without what differs from one time to the next. */
const comparable = (value: unknown, portal: string): unknown =>
  JSON.parse(
    JSON.stringify(
      value,
      (name, member) =>
        (['addition', 'wakeId'].includes(name) ? '' : member instanceof Set ? [...member] : member) ?? null,
    ).replaceAll(portal, 'PORTAL'),
  );

async function run({ loses: text = '', arrange, act }: Case, losesAnswer: boolean) {
  const { dynamo } = clients;
  const { tables } = aws.config;
  let runs = 0;
  const stores: Stores = {
    ...awsStores(aws.config, { clients, clock: { now: () => NOW, sleep: async () => undefined } }),
    jobs: new DynamoJobs(dynamo, { table: tables.jobs, keepDays: 90, newRun: () => `run${++runs}` }),
    pendingList: new DynamoPendingGrantList(dynamo, tables.portals),
  };
  const portal = freshPortal();
  await arrange?.({ stores, portal });
  loses = losesAnswer ? text : null;
  const result = await act({ stores, portal });
  const items = [];
  for (const TableName of Object.values(tables)) {
    const { Items = [] } = await dynamo.send(new ScanCommand({ TableName, ConsistentRead: true }));
    items.push(...Items.filter((item) => item.portal === portal));
  }
  return comparable({ result, items }, portal);
}

test.each(Object.entries(CASES))(
  '%s: a lost answer to a write that was carried out makes no difference',
  async (_, of) => {
    const before = lost;
    const undisturbed = await run(of, false);

    expect(await run(of, true)).toEqual(undisturbed);
    expect(lost).toBe(before + 1);
  },
);

test('every method of every store is a case, or said to need none', () => {
  const stores = {
    ...awsStores(aws.config, { clients }),
    pendingList: new DynamoPendingGrantList(clients.dynamo, 't'),
  };
  const methods = Object.keys(OTHERS).flatMap((store) =>
    Object.getOwnPropertyNames(Object.getPrototypeOf(Reflect.get(stores, store)))
      .filter((name) => name !== 'constructor')
      .map((name) => `${store}.${name}`),
  );
  const cases = Object.keys(CASES).map((name) => name.replace(/,.*/, ''));
  const others = Object.entries(OTHERS).flatMap(([store, names]) => names.map((name) => `${store}.${name}`));

  expect([...new Set([...cases, ...others])].sort()).toEqual(methods.sort());
});

test('every conditional write goes the one way that recognises its own result', () => {
  const files = sourceFiles('lib').filter((file) =>
    /ConditionExpression: /.test(readSource(file).replaceAll('KeyConditionExpression', '')),
  );

  expect(files).toEqual(['lib/aws/dynamodb/update-item.ts']);
});
