import {
  CreateSecretCommand,
  GetSecretValueCommand,
  InvalidRequestException,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  RestoreSecretCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';

/** The value of a secret, and the id of its version. */
export type SecretVersion = { readonly text: string; readonly version: string };

/** null: there is no such secret, or it is scheduled for deletion (nothing else makes a read an invalid request). */
export async function readSecret(client: SecretsManagerClient, SecretId: string): Promise<SecretVersion | null> {
  const answer = await nullIfFails([ResourceNotFoundException, InvalidRequestException], () =>
    client.send(new GetSecretValueCommand({ SecretId })),
  );
  if (answer?.SecretString === undefined || answer.VersionId === undefined) return null;
  return { text: answer.SecretString, version: answer.VersionId };
}

/** Creates a secret. `taken`: there is one already; `deleted`: there is one that is scheduled for deletion. */
export async function createSecret(
  client: SecretsManagerClient,
  Name: string,
  SecretString: string,
): Promise<{ readonly version: string } | 'taken' | 'deleted'> {
  try {
    const { VersionId } = await client.send(new CreateSecretCommand({ Name, SecretString }));
    if (VersionId === undefined) throw new Error('Secrets Manager answered without a version id');
    return { version: VersionId };
  } catch (error) {
    if (error instanceof ResourceExistsException) return 'taken';
    if (error instanceof InvalidRequestException) return 'deleted';
    throw error;
  }
}

/** Sets the value of a secret, whether it exists, is scheduled for deletion or is missing. The last writer wins. */
export async function setSecret(client: SecretsManagerClient, SecretId: string, SecretString: string): Promise<void> {
  const created = await createSecret(client, SecretId, SecretString);
  if (created === 'deleted') await client.send(new RestoreSecretCommand({ SecretId }));
  if (created === 'deleted' || created === 'taken') {
    await client.send(new PutSecretValueCommand({ SecretId, SecretString }));
  }
}

type ErrorClass = new (...args: never[]) => Error;

/** The result of a call; null if it fails with one of the expected errors. */
export async function nullIfFails<T>(expected: readonly ErrorClass[], call: () => Promise<T>): Promise<T | null> {
  try {
    return await call();
  } catch (error) {
    if (expected.some((kind) => error instanceof kind)) return null;
    throw error;
  }
}
