import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Grant } from '../../../../lib/portal/grant.ts';
import { freshPortal } from '../../../support/aws/fresh-portal.ts';
import { type TemporaryLocalAws, temporaryLocalAws } from '../../../support/aws/temporary-local-aws.ts';

let aws: TemporaryLocalAws;
beforeAll(async () => {
  aws = await temporaryLocalAws();
});
afterAll(() => aws.close());

const grantOf = (memberId: string, code: string): Grant => ({
  kind: 'webhook',
  memberId,
  url: `https://acme.example.com/rest/1/${code}/`,
  applicationToken: null,
});

describe('a grant that is restored', () => {
  test('is the last one that was stored, and can be replaced', async () => {
    const { grants } = aws.stores;
    const portal = freshPortal();
    const first = await grants.write(grantOf(portal, 'a'), null);
    const second = await grants.write(grantOf(portal, 'b'), Object(first).version);
    await grants.remove(portal);

    await grants.restore(portal);

    expect(await grants.read(portal)).toEqual(second);
    expect(await grants.write(grantOf(portal, 'c'), Object(second).version)).not.toBe('superseded');
  });

  test('stays as it is when it was not removed', async () => {
    const { grants } = aws.stores;
    const portal = freshPortal();
    const stored = await grants.write(grantOf(portal, 'a'), null);

    await grants.restore(portal);

    expect(await grants.read(portal)).toEqual(stored);
  });

  test.each(['nobody', '../app'])('does not exist for %s', async (portal) => {
    await aws.stores.grants.restore(portal);

    expect(await aws.stores.grants.read(portal)).toBeNull();
  });
});
