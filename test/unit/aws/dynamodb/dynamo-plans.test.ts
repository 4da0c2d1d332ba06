import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Plan } from '../../../../lib/cleanup/runs/plan-store.ts';
import { freshPortal } from '../../../support/aws/fresh-portal.ts';
import { type TemporaryLocalAws, temporaryLocalAws } from '../../../support/aws/temporary-local-aws.ts';

let aws: TemporaryLocalAws;
beforeAll(async () => {
  aws = await temporaryLocalAws();
});
afterAll(() => aws.close());

const PLAN: Plan = {
  id: 'p1',
  run: 'plan:p1',
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

const deal = (entityId: number) => ({ entityTypeId: 2, entityId });

it.each([0.4321, null])('a plan keeps how far it is: %p', async (share) => {
  const { plans } = aws.stores;

  await plans.write('acme', { ...PLAN, share });

  expect(await plans.read('acme', 'p1')).toEqual({ ...PLAN, share });
});

it.each<[Plan['state'], number | null]>([
  ['ready', 1],
  ['planning', null],
  ['stopped', null],
])('a plan that was written without a share and a run and is %s is as far as it can be known', async (state, share) => {
  const { share: _, run: _run, ended: _ended, code: _code, next: _next, ...old } = PLAN;
  const Item = { portal: 'acme', ...old, state, id: 'plan:old' };
  await aws.clients.dynamo.send(new PutCommand({ TableName: aws.config.tables.outcomes, Item }));

  expect(await aws.stores.plans.read('acme', 'old')).toEqual({ ...PLAN, id: 'old', run: null, state, share });
});

it('a plan whose time ran out under an earlier release is read in the words of this one', async () => {
  const Item = { portal: 'acme', ...PLAN, state: 'stopped', ended: 'time_is_up', id: 'plan:night' };
  await aws.clients.dynamo.send(new PutCommand({ TableName: aws.config.tables.outcomes, Item }));

  expect(await aws.stores.plans.read('acme', 'night')).toMatchObject({ state: 'stopped', ended: 'time_limit' });
});

describe('a plan', () => {
  const plan: Plan = { ...PLAN, state: 'ready', share: 1, done: 0, next: 0 };
  const item = (n: number) => ({ activityId: n, element: deal(n), rule: n % 2 === 0 ? 'even' : 'odd' });
  const items = (from: number, count: number) => Array.from({ length: count }, (_, n) => item(from + n));

  it('gives its items from any number on, across its pages', async () => {
    const [{ plans }, portal] = [aws.stores, freshPortal()];
    for (const [from, count] of [
      [0, 100],
      [100, 3],
      [103, 147],
    ] as const)
      await plans.addItems(portal, 'p1', from, items(from, count));
    await plans.addItems(portal, 'p10', 0, items(900, 5));

    expect(await plans.page(portal, 'p1', 0, 250)).toEqual({ items: items(0, 250), next: null });
    expect(await plans.page(portal, 'p1', 95, 20)).toEqual({ items: items(95, 20), next: 115 });
    expect(await plans.page(portal, 'p1', 249, 20)).toEqual({ items: items(249, 1), next: null });
    expect(await plans.page(portal, 'p1', 250, 20)).toEqual({ items: [], next: null });
    expect(await plans.page(portal, 'nothing', 0, 20)).toEqual({ items: [], next: null });
  });

  it('has no items behind a page that has expired before the others', async () => {
    const [{ plans }, portal] = [aws.stores, freshPortal()];
    for (const from of [0, 100]) await plans.addItems(portal, 'p1', from, items(from, 50));

    expect(await plans.page(portal, 'p1', 0, 150)).toEqual({ items: items(0, 50), next: null });
    expect(await plans.page(portal, 'p1', 60, 20)).toEqual({ items: [], next: null });
    expect(await plans.page(portal, 'p1', 110, 20)).toEqual({ items: items(110, 20), next: 130 });
  });

  it('forgets its items from any page on, and no others', async () => {
    const [{ plans }, portal] = [aws.stores, freshPortal()];
    await plans.write(portal, plan);
    for (const from of [0, 50, 100, 150]) await plans.addItems(portal, 'p1', from, items(from, 50));
    await plans.addItems(portal, 'p10', 0, items(900, 5));
    await plans.dropItems(portal, 'p1', 100);

    expect(await plans.page(portal, 'p1', 0, 250)).toEqual({ items: items(0, 100), next: null });
    expect((await plans.page(portal, 'p10', 0, 250)).items).toHaveLength(5);
    expect(await plans.read(portal, 'p1')).toEqual(plan);
  });

  it('notes how far it is applied, and by which runs', async () => {
    const [{ plans }, portal] = [aws.stores, freshPortal()];
    await plans.write(portal, plan);
    await plans.noteApplied(portal, 'p1', 'apply:p1:1', { done: 0, next: 0 });
    await plans.noteApplied(portal, 'p1', 'apply:p1:1', { done: 50, next: 50 });
    await plans.noteApplied(portal, 'p1', 'apply:p1:2', { done: 59, next: 40 });

    expect(await plans.read(portal, 'p1')).toEqual({
      ...plan,
      applied: ['apply:p1:1', 'apply:p1:2'],
      done: 59,
      next: 40,
    });
    expect(await plans.read(portal, 'p2')).toBeNull();
  });

  it('is listed with the newest first', async () => {
    const [{ plans }, portal] = [aws.stores, freshPortal()];
    for (const createdAt of [2, 3, 1]) await plans.write(portal, { ...plan, id: `p${createdAt}`, createdAt });

    expect((await Array.fromAsync(plans.list(portal))).map(({ id }) => id)).toEqual(['p3', 'p2', 'p1']);
  });
});
