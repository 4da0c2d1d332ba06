import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { awsClients } from '../../../../lib/aws/aws-clients.ts';
import {
  type SecretsManagerServer,
  startSecretsManager,
} from '../../../../lib/local/secrets-manager/secrets-manager-server.ts';

const [V1, V2, V3] = ['1', '2', '3'].map((digit) => digit.repeat(32)) as [string, string, string];
const DAY = 86_400_000;

let folder: string;
let file: string;
let now: number;
let server: SecretsManagerServer;
let client: SecretsManagerClient;

const clock = { now: () => now, sleep: async () => undefined };
const clientOf = ({ url }: SecretsManagerServer) =>
  awsClients({ region: 'eu-central-1', localAws: { dynamodb: url, sqs: url, secretsManager: url } }).secrets;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'unbind-'));
  file = join(folder, 'secrets.json');
  now = Date.parse('2026-11-24T10:00:00Z');
  server = await startSecretsManager(file, clock);
  client = clientOf(server);
});

afterEach(async () => {
  client.destroy();
  await server.close();
  rmSync(folder, { recursive: true });
});

const create = (SecretString: string, ClientRequestToken = V1) =>
  client.send(new CreateSecretCommand({ Name: 's', SecretString, ClientRequestToken }));
const put = (SecretString: string, ClientRequestToken: string) =>
  client.send(new PutSecretValueCommand({ SecretId: 's', SecretString, ClientRequestToken }));
const get = (over: { VersionId?: string; VersionStage?: string } = {}) =>
  client.send(new GetSecretValueCommand({ SecretId: 's', ...over }));
const move = (MoveToVersionId?: string, RemoveFromVersionId?: string, VersionStage = 'AWSCURRENT') =>
  client.send(
    new UpdateSecretVersionStageCommand({ SecretId: 's', VersionStage, MoveToVersionId, RemoveFromVersionId }),
  );
const stages = async () => (await client.send(new DescribeSecretCommand({ SecretId: 's' }))).VersionIdsToStages;
const remove = (RecoveryWindowInDays = 7) =>
  client.send(new DeleteSecretCommand({ SecretId: 's', RecoveryWindowInDays }));
const restore = () => client.send(new RestoreSecretCommand({ SecretId: 's' }));
const named = (name: string) => expect.objectContaining({ name });

describe('versions', () => {
  test('the newest is current, the one before it previous, older ones have no label', async () => {
    await create('a', V1);
    await put('b', V2);
    await put('c', V3);

    expect(await stages()).toEqual({ [V3]: ['AWSCURRENT'], [V2]: ['AWSPREVIOUS'] });
    expect(await get()).toMatchObject({ SecretString: 'c', VersionId: V3, VersionStages: ['AWSCURRENT'] });
    expect(await get({ VersionStage: 'AWSPREVIOUS' })).toMatchObject({ SecretString: 'b' });
    expect(await get({ VersionId: V1 })).toMatchObject({ SecretString: 'a' });
  });

  test('the same token with the same text is accepted and changes nothing', async () => {
    await create('a', V1);
    await put('b', V2);
    await put('c', V3);

    expect(await put('b', V2)).toMatchObject({ VersionId: V2 });
    expect(await create('a', V1)).toMatchObject({ VersionId: V1 });

    expect(await get()).toMatchObject({ SecretString: 'c' });
  });

  test('the same token with another text is refused', async () => {
    await create('a', V1);
    await put('b', V2);

    await expect(put('x', V2)).rejects.toEqual(named('ResourceExistsException'));
    await expect(create('x', V2)).rejects.toEqual(named('ResourceExistsException'));
    expect(await get()).toMatchObject({ SecretString: 'b' });
  });

  test('a token of the wrong length is refused', async () => {
    await create('a', V1);

    await expect(put('b', 'short')).rejects.toEqual(named('InvalidParameterException'));
  });

  test('outdated ones are removed beyond a hundred, but not within their first day', async () => {
    await create('v0', '0'.repeat(32));
    const token = (n: number) => String(n).padStart(32, '0');
    for (let n = 1; n <= 110; n++) await put(`v${n}`, token(n));
    expect(await get({ VersionId: token(1) })).toMatchObject({ SecretString: 'v1' });

    now += DAY + 1;
    await put('last', token(111));

    await expect(get({ VersionId: token(1) })).rejects.toEqual(named('ResourceNotFoundException'));
    expect(await get({ VersionId: token(50) })).toMatchObject({ SecretString: 'v50' });
  });
});

describe('labels', () => {
  beforeEach(async () => {
    await create('a', V1);
    await put('b', V2);
  });

  test('AWSCURRENT moves from the named version, and AWSPREVIOUS follows', async () => {
    await move(V1, V2);

    expect(await stages()).toEqual({ [V1]: ['AWSCURRENT'], [V2]: ['AWSPREVIOUS'] });
  });

  test.each([
    ['another version is named', V1],
    ['none is named', undefined],
  ])('AWSCURRENT stays when %s', async (_, from) => {
    await expect(move(V1, from)).rejects.toEqual(named('InvalidParameterException'));

    expect(await stages()).toEqual({ [V2]: ['AWSCURRENT'], [V1]: ['AWSPREVIOUS'] });
  });

  test('AWSCURRENT cannot be removed, another label can', async () => {
    await move(V1, undefined, 'mine');

    await expect(move(undefined, V2)).rejects.toEqual(named('InvalidParameterException'));
    await move(undefined, V1, 'mine');

    expect(await stages()).toEqual({ [V2]: ['AWSCURRENT'], [V1]: ['AWSPREVIOUS'] });
  });

  test('a version that does not exist cannot get one', async () => {
    await expect(move(V3, V2)).rejects.toEqual(named('ResourceNotFoundException'));
  });
});

describe('deletion', () => {
  beforeEach(() => create('a', V1));

  test('makes the secret unreadable until it is restored', async () => {
    await remove();

    await expect(get()).rejects.toEqual(named('InvalidRequestException'));
    await expect(put('b', V2)).rejects.toEqual(named('InvalidRequestException'));
    await expect(create('b', V2)).rejects.toEqual(named('InvalidRequestException'));
    expect((await client.send(new DescribeSecretCommand({ SecretId: 's' }))).DeletedDate).toBeInstanceOf(Date);
    expect((await client.send(new ListSecretsCommand({}))).SecretList).toEqual([]);

    await restore();
    expect(await get()).toMatchObject({ SecretString: 'a' });
    expect((await client.send(new ListSecretsCommand({}))).SecretList).toMatchObject([{ Name: 's' }]);
  });

  test('is final after the recovery window', async () => {
    await remove();
    now += 7 * DAY + 1;

    await expect(restore()).rejects.toEqual(named('ResourceNotFoundException'));
    expect(await create('b', V2)).toMatchObject({ VersionId: V2 });
  });

  test('takes 7 to 30 days', async () => {
    await expect(remove(6)).rejects.toEqual(named('InvalidParameterException'));
  });
});

describe('the file', () => {
  test('holds what was answered, even if the first server did not close', async () => {
    await create('a', V1);
    await put('b', V2);

    const next = await startSecretsManager(file, clock);
    const nextClient = clientOf(next);

    expect(await nextClient.send(new GetSecretValueCommand({ SecretId: 's' }))).toMatchObject({ VersionId: V2 });
    nextClient.destroy();
    await next.close();
  });

  test('is readable by its owner only', async () => {
    await create('a', V1);

    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test('does not hold what was refused', async () => {
    await create('a', V1);
    const before = readFileSync(file, 'utf8');

    await put('x', V1).catch(() => undefined);

    expect(readFileSync(file, 'utf8')).toBe(before);
  });
});

describe('on demand', () => {
  test('a request fails, and the SDK repeats it', async () => {
    server.disturb(
      { kind: 'error', code: 'ThrottlingException', status: 400 },
      { kind: 'error', code: 'InternalServiceError', status: 500 },
    );

    await expect(create('a', V1)).resolves.toMatchObject({ VersionId: V1 });
  });

  test('an answer is lost after the change was stored', async () => {
    await create('a', V1);
    const impatient = awsClients({
      region: 'eu-central-1',
      localAws: { dynamodb: '', sqs: '', secretsManager: server.url },
    }).secrets;
    impatient.config.maxAttempts = async () => 1;
    server.disturb({ kind: 'lost' });

    await impatient
      .send(new PutSecretValueCommand({ SecretId: 's', SecretString: 'b', ClientRequestToken: V2 }))
      .catch(() => undefined);

    expect(await get()).toMatchObject({ SecretString: 'b' });
    impatient.destroy();
  });
});

test('an unknown operation is refused', async () => {
  const response = await fetch(server.url, { method: 'POST', headers: { 'x-amz-target': 'secretsmanager.Rotate' } });

  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ __type: 'UnknownOperationException' });
});
