import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  type Condition,
  tryConditionalWrite,
  updateAndReadItem,
  updateItem,
} from '../../../../lib/aws/dynamodb/update-item.ts';
import { freshPortal } from '../../../support/aws/fresh-portal.ts';
import { type TemporaryLocalAws, temporaryLocalAws } from '../../../support/aws/temporary-local-aws.ts';

let aws: TemporaryLocalAws;
let key: { readonly portal: string; readonly kind: string };
beforeAll(async () => {
  aws = await temporaryLocalAws();
});
afterAll(() => aws.close());
beforeEach(async () => {
  key = { portal: freshPortal(), kind: 'state' };
  await update({ status: 'a', count: 1 });
});

const target = () => ({ table: aws.config.tables.portals, key });
const update = (set: object, more: object = {}) =>
  updateItem(aws.clients.dynamo, { ...target(), set: { ...set }, only: [], ...more });

async function read() {
  const command = new GetCommand({ TableName: aws.config.tables.portals, Key: key, ConsistentRead: true });
  return (await aws.clients.dynamo.send(command)).Item;
}

describe('updateItem', () => {
  test('sets, removes and adds attributes, also those with reserved names, and leaves the others alone', async () => {
    await update({ name: 'n', other: 1 });

    await update({ status: 'b' }, { remove: ['other'], add: { count: 2, times: new Set([5]) } });

    expect(await read()).toEqual({ ...key, name: 'n', status: 'b', count: 3, times: new Set([5]) });
  });

  test.each<[Condition, boolean]>([
    [{ attribute: 'status', is: 'a' }, true],
    [{ attribute: 'status', is: 'b' }, false],
    [{ attribute: 'status', isNot: 'b' }, true],
    [{ attribute: 'status', isNot: 'a' }, false],
    [{ attribute: 'status', exists: true }, true],
    [{ attribute: 'status', exists: false }, false],
    [{ attribute: 'missing', exists: false }, true],
    [{ attribute: 'missing', atMost: 0 }, true],
    [{ attribute: 'count', atMost: 1 }, true],
    [{ attribute: 'count', atMost: 0 }, false],
  ])('with the condition %j is done: %p', async (condition, isDone) => {
    expect(await update({ done: true }, { only: [condition] })).toBe(isDone);
    expect((await read())?.done === true).toBe(isDone);
  });

  test('is done only if all conditions hold', async () => {
    const only: Condition[] = [
      { attribute: 'status', is: 'a' },
      { attribute: 'count', is: 2 },
    ];

    expect(await update({ done: true }, { only })).toBe(false);
  });
});

test('the item can be returned as it is after the change, or as it was before', async () => {
  const { dynamo } = aws.clients;
  const failing: Condition[] = [{ attribute: 'status', is: 'x' }];

  expect(await updateAndReadItem(dynamo, { ...target(), set: { count: 2 }, only: [] })).toMatchObject({ count: 2 });
  expect(await updateAndReadItem(dynamo, { ...target(), set: { count: 4 }, only: failing })).toBeNull();
});

test('an error that is not about the condition is thrown', async () => {
  await expect(tryConditionalWrite(() => Promise.reject(new TypeError('x')))).rejects.toThrow(TypeError);
});
