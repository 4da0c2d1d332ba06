import { randomUUID } from 'node:crypto';
import { DescribeSecretCommand, GetSecretValueCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { awsStores } from '../../../../lib/aws/aws-stores.ts';
import { nextVersionId } from '../../../../lib/aws/secrets/next-version-id.ts';
import type { WebhookGrant } from '../../../../lib/portal/grant.ts';
import type { StoredGrant } from '../../../../lib/portal/grant-store.ts';
import { type TemporaryLocalAws, temporaryLocalAws } from '../../../support/aws/temporary-local-aws.ts';

let aws: TemporaryLocalAws;

beforeAll(async () => {
  aws = await temporaryLocalAws();
});

afterAll(() => aws.close());

let portals = 0;
const freshPortal = () => `portal-${portals++}`;

const grantOf = (memberId: string, code = 'a1'): WebhookGrant => ({
  kind: 'webhook',
  memberId,
  url: `https://acme.bitrix24.com/rest/1/${code}/`,
  applicationToken: null,
});

async function written(memberId: string, code = 'a1', replaces: string | null = null): Promise<StoredGrant> {
  const stored = await aws.stores.grants.write(grantOf(memberId, code), replaces);
  if (stored === 'superseded') throw new Error('The arrangement was superseded');
  return stored;
}

const codeOf = (stored: StoredGrant | null) => (stored?.grant as WebhookGrant | undefined)?.url.split('/').at(-2);

/** Somebody who does not follow our rule for version ids, such as the AWS console. */
async function writeAsStranger(memberId: string, code: string): Promise<void> {
  const SecretString = JSON.stringify(grantOf(memberId, code));
  const SecretId = `${aws.config.secretPrefix}/portals/${memberId}`;
  await aws.clients.secrets.send(
    new PutSecretValueCommand({ SecretId, SecretString, ClientRequestToken: randomUUID() }),
  );
}

describe('reading', () => {
  test('an unknown portal has no grant', async () => {
    expect(await aws.stores.grants.read(freshPortal())).toBeNull();
  });

  test('a stored grant is read with its version', async () => {
    const portal = freshPortal();
    const stored = await written(portal);

    expect(await aws.stores.grants.read(portal)).toEqual(stored);
  });

  test.each(['../app', 'a/b', '', 'a'.repeat(65), 'a b'])('%j never becomes a name', async (memberId) => {
    expect(await aws.stores.grants.read(memberId)).toBeNull();
    await expect(aws.stores.grants.write(grantOf(memberId), null)).rejects.toThrow('member id');
  });

  test.each(['{"kind":"webhook","url":"https://s3cret', '{"kind":"webhook","url":"s3cret"}'])(
    'a secret that cannot be read says which field is wrong and does not quote it, and can be replaced (%#)',
    async (SecretString) => {
      const portal = freshPortal();
      await written(portal);
      const SecretId = `${aws.config.secretPrefix}/portals/${portal}`;
      await aws.clients.secrets.send(new PutSecretValueCommand({ SecretId, SecretString }));

      const stored = await aws.stores.grants.read(portal);

      expect(stored?.grant).toMatchObject({ kind: 'unreadable', memberId: portal, problem: expect.any(String) });
      expect(JSON.stringify(stored)).not.toContain('s3cret');
      expect(await aws.stores.grants.write(grantOf(portal, 'b2'), stored?.version ?? null)).not.toBe('superseded');
    },
  );
});

describe('writing', () => {
  test('replaces the version that it names', async () => {
    const portal = freshPortal();
    const first = await written(portal, 'a1');

    const second = await written(portal, 'b2', first.version);

    expect(second.version).toBe(nextVersionId(first.version));
    expect(await aws.stores.grants.read(portal)).toEqual(second);
  });

  test('of twenty writers that replace the same version exactly one wins', async () => {
    const portal = freshPortal();
    const { version } = await written(portal);
    const codes = Array.from({ length: 20 }, (_, n) => `w${n}`);

    const results = await Promise.all(codes.map((code) => aws.stores.grants.write(grantOf(portal, code), version)));

    const winners = results.filter((result) => result !== 'superseded');
    expect(winners).toHaveLength(1);
    expect(await aws.stores.grants.read(portal)).toEqual(winners[0]);
  });

  test('of ten first writers exactly one wins', async () => {
    const portal = freshPortal();
    const codes = Array.from({ length: 10 }, (_, n) => `w${n}`);

    const results = await Promise.all(codes.map((code) => aws.stores.grants.write(grantOf(portal, code), null)));

    expect(results.filter((result) => result !== 'superseded')).toHaveLength(1);
  });

  test('a writer that names an old version stores nothing', async () => {
    const portal = freshPortal();
    const first = await written(portal, 'a1');
    await written(portal, 'b2', first.version);

    expect(await aws.stores.grants.write(grantOf(portal, 'c3'), first.version)).toBe('superseded');
    expect(codeOf(await aws.stores.grants.read(portal))).toBe('b2');
  });

  test('a write whose answer was lost succeeds when the SDK repeats it', async () => {
    const portal = freshPortal();
    const { version } = await written(portal, 'a1');
    aws.secretsManager.disturb({ kind: 'lost' });

    const second = await aws.stores.grants.write(grantOf(portal, 'b2'), version);

    expect(second).toEqual(await aws.stores.grants.read(portal));
    expect(codeOf(await aws.stores.grants.read(portal))).toBe('b2');
  });

  test('a first write whose answer was lost succeeds when the SDK repeats it', async () => {
    const portal = freshPortal();
    aws.secretsManager.disturb({ kind: 'lost' });

    expect(await aws.stores.grants.write(grantOf(portal), null)).toEqual(await aws.stores.grants.read(portal));
  });

  test('a late repetition of a write that has a successor already is told to read again', async () => {
    const portal = freshPortal();
    const first = await written(portal, 'a1');
    const second = await written(portal, 'b2', first.version);
    await written(portal, 'c3', second.version);

    expect(await aws.stores.grants.write(grantOf(portal, 'b2'), first.version)).toBe('superseded');
    expect(codeOf(await aws.stores.grants.read(portal))).toBe('c3');
  });

  test('what a stranger stored meanwhile is current again after our write', async () => {
    const portal = freshPortal();
    const { version } = await written(portal, 'a1');
    await writeAsStranger(portal, 'x9');

    expect(await aws.stores.grants.write(grantOf(portal, 'b2'), version)).toBe('superseded');
    expect(codeOf(await aws.stores.grants.read(portal))).toBe('x9');
  });

  test('continues after a stranger once that version was read', async () => {
    const portal = freshPortal();
    await written(portal, 'a1');
    await writeAsStranger(portal, 'x9');
    const read = await aws.stores.grants.read(portal);

    await written(portal, 'b2', read?.version);

    expect(codeOf(await aws.stores.grants.read(portal))).toBe('b2');
  });

  test('is repeated while the service throttles', async () => {
    const portal = freshPortal();
    aws.secretsManager.disturb({ kind: 'error', code: 'ThrottlingException', status: 400 });

    expect(codeOf(await written(portal, 'a1'))).toBe('a1');
  });

  test('gives up after three attempts', async () => {
    const failure = { kind: 'error', code: 'InternalServiceError', status: 500 } as const;
    aws.secretsManager.disturb(failure, failure, failure);

    await expect(aws.stores.grants.write(grantOf(freshPortal()), null)).rejects.toThrow('Disturbed');
  });
});

describe('removing', () => {
  test('a missing grant is fine', async () => {
    await expect(aws.stores.grants.remove(freshPortal())).resolves.toBeUndefined();
  });

  test('deletes the grant, and twice is fine', async () => {
    const portal = freshPortal();
    const { version } = await written(portal);

    await aws.stores.grants.remove(portal);
    await aws.stores.grants.remove(portal);

    expect(await aws.stores.grants.read(portal)).toBeNull();
    expect(await aws.stores.grants.write(grantOf(portal, 'b2'), version)).toBe('superseded');
  });

  test('keeps it restorable for as long as configured', async () => {
    const portal = freshPortal();
    const { secrets } = aws.clients;
    const store = awsStores({ ...aws.config, recoveryDays: 30 }, { clients: aws.clients }).grants;
    await store.write(grantOf(portal), null);

    await store.remove(portal);

    const SecretId = `${aws.config.secretPrefix}/portals/${portal}`;
    const { DeletedDate } = await secrets.send(new DescribeSecretCommand({ SecretId }));
    expect(Math.round(((DeletedDate?.getTime() ?? 0) - Date.now()) / 86_400_000)).toBe(30);
  });

  test('leaves a recovery window in which a new grant restores the secret', async () => {
    const portal = freshPortal();
    await written(portal, 'a1');
    await aws.stores.grants.remove(portal);

    const restored = await written(portal, 'b2');

    expect(await aws.stores.grants.read(portal)).toEqual(restored);
  });

  test('of two that restore at the same time exactly one wins', async () => {
    const portal = freshPortal();
    await written(portal, 'a1');
    await aws.stores.grants.remove(portal);

    const results = await Promise.all(['b2', 'c3'].map((code) => aws.stores.grants.write(grantOf(portal, code), null)));

    expect(results.filter((result) => result === 'superseded')).toHaveLength(1);
  });
});

test('the application keeps the credentials that were set last', async () => {
  expect(await aws.stores.grants.readApp()).toBeNull();

  await aws.stores.grants.writeApp({ clientId: 'local.1', clientSecret: 's1' });
  await aws.stores.grants.writeApp({ clientId: 'local.1', clientSecret: 's2' });

  expect(await aws.stores.grants.readApp()).toEqual({ clientId: 'local.1', clientSecret: 's2' });
  const SecretId = `${aws.config.secretPrefix}/app`;
  const { SecretString } = await aws.clients.secrets.send(new GetSecretValueCommand({ SecretId }));
  expect(SecretString).toContain('s2');
});
