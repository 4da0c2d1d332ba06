import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Plan } from '../../../lib/cleanup/plan-store.ts';
import { type TemporaryLocalAws, temporaryLocalAws } from './temporary-local-aws.ts';

let aws: TemporaryLocalAws;
beforeAll(async () => {
  aws = await temporaryLocalAws();
});
afterAll(() => aws.close());

const PLAN: Plan = {
  id: 'p1',
  state: 'planning',
  ended: null,
  code: null,
  createdAt: 5,
  rules: '[]',
  share: 0.4321,
  weighed: 10,
  items: 250,
  spared: 0,
  byRule: { r: 250 },
  applied: [],
  done: 7,
  next: 7,
};

it.each([0.4321, null])('a plan keeps how far it is: %p', async (share) => {
  const { plans } = aws.stores;

  await plans.write('acme', { ...PLAN, share });

  expect(await plans.read('acme', 'p1')).toEqual({ ...PLAN, share });
});

it.each<[Plan['state'], number | null]>([
  ['ready', 1],
  ['planning', null],
  ['stopped', null],
])('a plan that was written without a share and is %s is as far as it can be known', async (state, share) => {
  const { share: _, ended: _ended, code: _code, next: _next, ...old } = PLAN;
  const Item = { portal: 'acme', ...old, state, id: 'plan:old' };
  await aws.clients.dynamo.send(new PutCommand({ TableName: aws.config.tables.outcomes, Item }));

  expect(await aws.stores.plans.read('acme', 'old')).toEqual({ ...PLAN, id: 'old', state, share });
});
