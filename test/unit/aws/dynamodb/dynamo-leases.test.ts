import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { freshPortal } from '../../../support/aws/fresh-portal.ts';
import { type TemporaryLocalAws, temporaryLocalAws } from '../../../support/aws/temporary-local-aws.ts';

let aws: TemporaryLocalAws;
beforeAll(async () => {
  aws = await temporaryLocalAws();
});
afterAll(() => aws.close());

describe('a lease', () => {
  test('has one owner until its end', async () => {
    const { leases } = aws.stores;
    const portal = freshPortal();

    const taken = await Promise.all(['a', 'b', 'c', 'd'].map((owner) => leases.acquire(portal, owner, 100, 50)));

    expect(taken.filter(Boolean)).toHaveLength(1);
    expect(await leases.acquire(portal, 'e', 150, 99)).toBe(false);
    expect(await leases.acquire(portal, 'e', 150, 100)).toBe(true);
  });

  test('can be prolonged by its owner', async () => {
    const { leases } = aws.stores;
    const portal = freshPortal();
    await leases.acquire(portal, 'a', 100, 50);

    expect(await leases.acquire(portal, 'a', 200, 60)).toBe(true);
    expect(await leases.acquire(portal, 'b', 300, 150)).toBe(false);
  });

  test('is released by its owner only', async () => {
    const { leases } = aws.stores;
    const portal = freshPortal();
    await leases.acquire(portal, 'a', 100, 50);

    await leases.release(portal, 'b');
    expect(await leases.acquire(portal, 'b', 100, 60)).toBe(false);

    await leases.release(portal, 'a');
    expect(await leases.acquire(portal, 'b', 100, 60)).toBe(true);
  });
});
