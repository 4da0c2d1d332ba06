import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DynamoPendingGrantList } from '../../../../lib/aws/dynamodb/dynamo-pending-grant-list.ts';
import { type TemporaryLocalAws, temporaryLocalAws } from '../../../support/aws/temporary-local-aws.ts';

let aws: TemporaryLocalAws;
let list: DynamoPendingGrantList;
beforeAll(async () => {
  aws = await temporaryLocalAws();
  list = new DynamoPendingGrantList(aws.clients.dynamo, aws.config.tables.portals);
});
afterAll(() => aws.close());

const entry = (memberId: string) => ({ memberId, clientId: null, keptAt: 1 });

test('changes at the same time are all made, and one that returns null changes nothing', async () => {
  expect(await list.read()).toEqual([]);

  const names = Array.from({ length: 10 }, (_, number) => `p${number}`);
  await Promise.all(names.map((name) => list.change((entries) => [...entries, entry(name)])));
  await list.change(() => null);

  const listed = (await list.read()).map(({ memberId }) => memberId);
  expect(listed.sort()).toEqual(names);
});

test('the list is no portal', async () => {
  await list.change(() => [entry('acme')]);

  expect(await Array.fromAsync(aws.stores.portals.list())).toEqual([]);
});
