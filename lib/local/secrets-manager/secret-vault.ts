/**
 * The behaviour of Secrets Manager for secrets, versions and stages, as far as this product uses it. Written from AWS's API
 * reference (CreateSecret, PutSecretValue, UpdateSecretVersionStage, DeleteSecret, RestoreSecret): tests that pass here prove
 * only our reading of those pages.
 */
export type Vault = { secrets: Secret[] };

export type Secret = {
  readonly name: string;
  readonly arn: string;
  /** When the recovery window ends, ms; null while the secret is not being deleted. */
  deletedAt: number | null;
  versions: Version[];
};

export type Version = {
  readonly id: string;
  readonly text: string;
  readonly createdAt: number;
  stages: string[];
};

/** An error as the service reports it. */
export class SecretsError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

const CURRENT = 'AWSCURRENT';
const PREVIOUS = 'AWSPREVIOUS';
const DAY = 86_400_000;

/** Deprecated versions are removed when there are more than 100, but never within their first 24 hours. */
const KEPT_VERSIONS = 100;

export function createSecret(vault: Vault, name: string, text: string, token: string, now: number): Secret {
  if (!/^[\w/+=.@-]{1,512}$/.test(name)) throw new SecretsError('InvalidParameterException', 'Invalid name.');
  const existing = lookUp(vault, name, now);
  if (existing === null) {
    const arn = `arn:aws:secretsmanager:local:000000000000:secret:${name}-local0`;
    const created: Secret = { name, arn, deletedAt: null, versions: [] };
    addVersion(created, text, token, [CURRENT], now);
    vault.secrets.push(created);
    return created;
  }
  if (existing.deletedAt !== null) {
    throw new SecretsError('InvalidRequestException', 'A secret with this name is already scheduled for deletion.');
  }
  const repeated = existing.versions.find((version) => version.id === token);
  if (repeated?.text === text) return existing;
  throw new SecretsError('ResourceExistsException', 'A secret with this name exists already.');
}

/** Idempotent for the same token and text; a different text with a known token is refused, as versions never change. */
export function putValue(secret: Secret, text: string, token: string, stages: string[], now: number): Version {
  const existing = secret.versions.find((version) => version.id === token);
  if (existing === undefined) return addVersion(secret, text, token, stages, now);
  if (existing.text === text) return existing;
  throw new SecretsError('ResourceExistsException', 'A version with this token and other contents exists already.');
}

export type StageMove = { readonly stage: string; readonly from: string | null; readonly to: string | null };

/** Moves a label, but only away from the version that the caller names. */
export function moveStage(secret: Secret, { stage, from, to }: StageMove): void {
  const holder = holderOf(secret, stage);
  const goal = to === null ? null : versionById(secret, to);
  if (holder !== null && holder.id !== from && holder !== goal) {
    throw new SecretsError('InvalidParameterException', `${stage} is attached to another version than the one named.`);
  }
  if (goal === null && stage === CURRENT) {
    throw new SecretsError('InvalidParameterException', `${CURRENT} can be moved, but not removed.`);
  }
  if (goal === null) detach(secret, stage);
  else attach(secret, goal, stage);
}

export function versionIn(secret: Secret, id: string | null, stage: string): Version {
  const found = id === null ? holderOf(secret, stage) : versionById(secret, id);
  if (found === null) throw new SecretsError('ResourceNotFoundException', 'There is no such version.');
  return found;
}

/** The secret by name or ARN. One that is scheduled for deletion is returned only with `evenDeleted`. */
export function secretIn(vault: Vault, nameOrArn: string, now: number, evenDeleted = false): Secret {
  const found = lookUp(vault, nameOrArn, now);
  if (found === null) throw new SecretsError('ResourceNotFoundException', 'Secrets Manager can’t find this secret.');
  if (found.deletedAt !== null && !evenDeleted) {
    throw new SecretsError('InvalidRequestException', 'The secret was marked for deletion.');
  }
  return found;
}

export function deleteSecret(vault: Vault, secret: Secret, windowDays: number | 'none', now: number): void {
  if (windowDays === 'none') {
    vault.secrets = vault.secrets.filter((other) => other !== secret);
    return;
  }
  if (windowDays < 7 || windowDays > 30) {
    throw new SecretsError('InvalidParameterException', 'The recovery window is 7 to 30 days.');
  }
  secret.deletedAt = now + windowDays * DAY;
}

function lookUp(vault: Vault, nameOrArn: string, now: number): Secret | null {
  vault.secrets = vault.secrets.filter(({ deletedAt }) => deletedAt === null || deletedAt > now);
  return vault.secrets.find(({ name, arn }) => name === nameOrArn || arn === nameOrArn) ?? null;
}

function addVersion(secret: Secret, text: string, id: string, stages: string[], createdAt: number): Version {
  if (id.length < 32 || id.length > 64) {
    throw new SecretsError('InvalidParameterException', 'ClientRequestToken must have 32 to 64 characters.');
  }
  const added: Version = { id, text, createdAt, stages: [] };
  secret.versions.push(added);
  for (const stage of stages) attach(secret, added, stage);
  prune(secret, createdAt);
  return added;
}

/** A label is on one version at a time; AWSPREVIOUS moves to the version that loses AWSCURRENT. */
function attach(secret: Secret, goal: Version, stage: string): void {
  const holder = holderOf(secret, stage);
  if (holder === goal) return;
  detach(secret, stage);
  goal.stages = [...goal.stages, stage];
  if (stage === CURRENT && holder !== null) attach(secret, holder, PREVIOUS);
}

function detach(secret: Secret, stage: string): void {
  for (const version of secret.versions) version.stages = version.stages.filter((label) => label !== stage);
}

function prune(secret: Secret, now: number): void {
  const surplus = secret.versions.length - KEPT_VERSIONS;
  const outdated = secret.versions.filter(({ stages, createdAt }) => stages.length === 0 && createdAt < now - DAY);
  const removed = new Set(outdated.slice(0, Math.max(0, surplus)));
  secret.versions = secret.versions.filter((version) => !removed.has(version));
}

const holderOf = (secret: Secret, stage: string): Version | null =>
  secret.versions.find((version) => version.stages.includes(stage)) ?? null;

function versionById(secret: Secret, id: string): Version {
  const found = secret.versions.find((version) => version.id === id);
  if (found === undefined) throw new SecretsError('ResourceNotFoundException', 'There is no such version.');
  return found;
}
