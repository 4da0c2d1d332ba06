import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { PendingGrant } from '../../../../lib/installation/pending-grant.ts';
import { MOST_PENDING_GRANTS, PENDING_GRANT_MS } from '../../../../lib/installation/policy.ts';
import { type TemporaryLocalAws, temporaryLocalAws } from '../../../support/aws/temporary-local-aws.ts';

const NOW = 1_790_000_000_000;

let aws: TemporaryLocalAws;
beforeEach(async () => {
  aws = await temporaryLocalAws();
});
afterEach(() => aws.close());

const pendingGrant = (memberId: string, changes: Partial<PendingGrant> = {}): PendingGrant => ({
  memberId,
  applicationToken: 'application',
  accessToken: `access of ${memberId}`,
  refreshToken: 'refresh',
  serverEndpoint: 'https://oauth.bitrix.info/rest/',
  clientId: null,
  keptAt: NOW,
  announcedAt: NOW - 1000,
  ...changes,
});

const keep = (memberId: string, changes: Partial<PendingGrant> = {}) =>
  aws.stores.pendingGrants.keep(pendingGrant(memberId, changes));
const listed = async (now = NOW) => (await aws.stores.pendingGrants.list(now)).map(({ memberId }) => memberId);

describe('pending grants', () => {
  test('are read as they were stored', async () => {
    expect(await keep('a')).toBe('kept');

    expect(await aws.stores.pendingGrants.read('a')).toEqual(pendingGrant('a'));
    expect(await aws.stores.pendingGrants.list(NOW)).toEqual([{ memberId: 'a', clientId: null, keptAt: NOW }]);
  });

  test('are twenty at most, however many come at the same time', async () => {
    const results = await Promise.all(Array.from({ length: 50 }, (_, number) => keep(`m${number}`)));

    expect(results.filter((result) => result === 'kept')).toHaveLength(MOST_PENDING_GRANTS);
    expect(await listed()).toHaveLength(MOST_PENDING_GRANTS);
  });

  test('are kept once when the same one comes again, and not replaced by a stranger’s', async () => {
    await keep('a');

    expect(await keep('a')).toBe('kept');
    expect(await keep('a', { accessToken: 'of a stranger' })).toBe('full');
    expect(await aws.stores.pendingGrants.read('a')).toEqual(pendingGrant('a'));
  });

  test('can take their place again when their secret was never written', async () => {
    aws.secretsManager.disturb(...Array.from({ length: 3 }, () => FAILURE));
    await keep('a').catch(() => undefined);

    expect(await keep('a')).toBe('kept');
    expect(await aws.stores.pendingGrants.read('a')).toEqual(pendingGrant('a'));
  });

  test('that are proven replace one that is not, and its secret is deleted', async () => {
    for (let number = 0; number < MOST_PENDING_GRANTS; number += 1) await keep(`m${number}`, { keptAt: NOW + number });

    expect(await keep('proven', { clientId: 'local.1', keptAt: NOW + MOST_PENDING_GRANTS })).toBe('kept');
    expect(await listed()).toContain('proven');
    expect(await aws.stores.pendingGrants.read('m0')).toBeNull();
  });

  test('are deleted when they are too old', async () => {
    await keep('a');

    expect(await listed(NOW + PENDING_GRANT_MS)).toEqual([]);
    expect(await aws.stores.pendingGrants.read('a')).toBeNull();
    expect(await keep('a', { keptAt: NOW + PENDING_GRANT_MS, accessToken: 'another' })).toBe('kept');
  });

  test('are removed, and a missing one is fine', async () => {
    await keep('a');

    await aws.stores.pendingGrants.remove('a');
    await aws.stores.pendingGrants.remove('b');

    expect(await listed()).toEqual([]);
    expect(await aws.stores.pendingGrants.read('a')).toBeNull();
  });

  test('are no portals', async () => {
    await keep('a');

    expect(await Array.fromAsync(aws.stores.portals.list())).toEqual([]);
    expect(await aws.stores.grants.read('a')).toBeNull();
  });
});

const FAILURE = { kind: 'error', code: 'InternalServiceError', status: 500 } as const;
