import {
  createSecret,
  deleteSecret,
  moveStage,
  putValue,
  type Secret,
  SecretsError,
  secretIn,
  type Vault,
  type Version,
  versionIn,
} from './secret-vault.ts';

export type Input = { readonly [name: string]: unknown };
type Answer = { readonly [name: string]: unknown };

export type Operation = {
  /** Changes are stored durably before the answer. */
  readonly changes: boolean;
  run(vault: Vault, input: Input, now: number): Answer;
};

/** The operations of Secrets Manager's JSON protocol that the product uses, by name. */
export const OPERATIONS: { readonly [name: string]: Operation } = {
  CreateSecret: {
    changes: true,
    run(vault, input, now) {
      const token = text(input, 'ClientRequestToken');
      const secret = createSecret(vault, text(input, 'Name'), text(input, 'SecretString'), token, now);
      return { ...identity(secret), VersionId: token };
    },
  },
  PutSecretValue: {
    changes: true,
    run(vault, input, now) {
      const secret = secretIn(vault, text(input, 'SecretId'), now);
      const stages = texts(input, 'VersionStages') ?? ['AWSCURRENT'];
      const version = putValue(secret, text(input, 'SecretString'), text(input, 'ClientRequestToken'), stages, now);
      return { ...identity(secret), VersionId: version.id, VersionStages: version.stages };
    },
  },
  GetSecretValue: {
    changes: false,
    run(vault, input, now) {
      const secret = secretIn(vault, text(input, 'SecretId'), now);
      const version = versionIn(secret, textOr(input, 'VersionId', null), textOr(input, 'VersionStage', 'AWSCURRENT'));
      return { ...identity(secret), ...described(version), SecretString: version.text };
    },
  },
  DescribeSecret: {
    changes: false,
    run(vault, input, now) {
      const secret = secretIn(vault, text(input, 'SecretId'), now, true);
      return { ...listed(secret), VersionIdsToStages: stagesOf(secret) };
    },
  },
  UpdateSecretVersionStage: {
    changes: true,
    run(vault, input, now) {
      const secret = secretIn(vault, text(input, 'SecretId'), now);
      const [from, to] = [textOr(input, 'RemoveFromVersionId', null), textOr(input, 'MoveToVersionId', null)];
      moveStage(secret, { stage: text(input, 'VersionStage'), from, to });
      return identity(secret);
    },
  },
  DeleteSecret: {
    changes: true,
    run(vault, input, now) {
      const secret = secretIn(vault, text(input, 'SecretId'), now);
      const days = typeof input.RecoveryWindowInDays === 'number' ? input.RecoveryWindowInDays : 30;
      deleteSecret(vault, secret, input.ForceDeleteWithoutRecovery === true ? 'none' : days, now);
      return { ...identity(secret), DeletionDate: seconds(secret.deletedAt ?? now) };
    },
  },
  RestoreSecret: {
    changes: true,
    run(vault, input, now) {
      const secret = secretIn(vault, text(input, 'SecretId'), now, true);
      secret.deletedAt = null;
      return identity(secret);
    },
  },
  ListSecrets: {
    changes: false,
    run: (vault, input) => ({
      SecretList: vault.secrets
        .filter(({ deletedAt }) => deletedAt === null || input.IncludePlannedDeletion === true)
        .map((secret) => ({ ...listed(secret), SecretVersionsToStages: stagesOf(secret) })),
    }),
  },
};

const identity = ({ arn, name }: Secret) => ({ ARN: arn, Name: name });

const listed = (secret: Secret) => ({
  ...identity(secret),
  ...(secret.deletedAt === null ? {} : { DeletedDate: seconds(secret.deletedAt) }),
});

const described = ({ id, stages, createdAt }: Version) => ({
  VersionId: id,
  VersionStages: stages,
  CreatedDate: seconds(createdAt),
});

/** Versions without a label are deprecated and not listed. */
const stagesOf = ({ versions }: Secret) =>
  Object.fromEntries(versions.filter(({ stages }) => stages.length > 0).map(({ id, stages }) => [id, stages]));

const seconds = (ms: number) => ms / 1000;

function text(input: Input, name: string): string {
  const value = input[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new SecretsError('InvalidParameterException', `${name} is missing.`);
}

function textOr<T>(input: Input, name: string, otherwise: T): string | T {
  const value = input[name];
  return typeof value === 'string' ? value : otherwise;
}

function texts(input: Input, name: string): string[] | null {
  const value = input[name];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : null;
}
