import { DeleteSecretCommand } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createSecret, nullIfFails, readSecret, setSecret } from '../../../../lib/aws/secrets/secret.ts';
import { type TemporaryLocalAws, temporaryLocalAws } from '../../../support/aws/temporary-local-aws.ts';

let aws: TemporaryLocalAws;
beforeAll(async () => {
  aws = await temporaryLocalAws();
});
afterAll(() => aws.close());

const remove = (SecretId: string) => aws.clients.secrets.send(new DeleteSecretCommand({ SecretId }));
const textOf = async (name: string) => (await readSecret(aws.clients.secrets, name))?.text ?? null;

test('a secret is created once, and read with its version', async () => {
  const { secrets } = aws.clients;

  const created = await createSecret(secrets, 'a', 'one');

  expect(created).toEqual({ version: (await readSecret(secrets, 'a'))?.version });
  expect(await createSecret(secrets, 'a', 'two')).toBe('taken');
  expect(await textOf('a')).toBe('one');
});

test('a secret that is scheduled for deletion cannot be read, nor created again', async () => {
  await setSecret(aws.clients.secrets, 'b', 'one');
  await remove('b');

  expect(await textOf('b')).toBeNull();
  expect(await createSecret(aws.clients.secrets, 'b', 'two')).toBe('deleted');
});

test('a secret is set whether it is missing, there, or scheduled for deletion', async () => {
  await setSecret(aws.clients.secrets, 'c', 'one');
  expect(await textOf('c')).toBe('one');

  await setSecret(aws.clients.secrets, 'c', 'two');
  expect(await textOf('c')).toBe('two');

  await remove('c');
  await setSecret(aws.clients.secrets, 'c', 'three');
  expect(await textOf('c')).toBe('three');
});

test('only expected errors become null', async () => {
  expect(await nullIfFails([TypeError], async () => 1)).toBe(1);
  expect(await nullIfFails([TypeError], () => Promise.reject(new TypeError('x')))).toBeNull();
  await expect(nullIfFails([TypeError], () => Promise.reject(new RangeError('x')))).rejects.toThrow(RangeError);
});
