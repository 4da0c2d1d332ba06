import {
  DeleteSecretCommand,
  DescribeSecretCommand,
  InvalidParameterException,
  InvalidRequestException,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  RestoreSecretCommand,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { MEMBER_ID } from '../../bitrix24/member-id.ts';
import type { AppCredentials, Grant } from '../../portal/grant.ts';
import { grantToJson, parseGrant } from '../../portal/grant-json.ts';
import type { GrantStore, StoredGrant, UnreadableGrant } from '../../portal/grant-store.ts';
import { nextVersionId } from './next-version-id.ts';
import { createSecret, nullIfFails, readSecret, setSecret } from './secret.ts';

/** Grants in AWS Secrets Manager: one secret per portal, `<prefix>/portals/<member_id>`, and `<prefix>/app`. */
export class SecretsManagerGrants implements GrantStore {
  readonly #client: SecretsManagerClient;
  readonly #prefix: string;
  readonly #recoveryDays: number;

  constructor(client: SecretsManagerClient, prefix: string, recoveryDays: number) {
    this.#client = client;
    this.#prefix = prefix;
    this.#recoveryDays = recoveryDays;
  }

  async read(memberId: string): Promise<StoredGrant | null> {
    if (!MEMBER_ID.test(memberId)) return null;
    const stored = await readSecret(this.#client, this.#portalSecret(memberId));
    return stored && { grant: grantOf(memberId, stored.text), version: stored.version };
  }

  async write(grant: Grant, replaces: string | null): Promise<StoredGrant | 'superseded'> {
    if (!MEMBER_ID.test(grant.memberId))
      throw new Error('The member id of a grant must be letters, digits, dots and dashes');
    const name = this.#portalSecret(grant.memberId);
    const text = grantToJson(grant);

    const version = replaces === null ? await this.#create(name, text) : await this.#replace(name, text, replaces);
    return version === null ? 'superseded' : { grant, version };
  }

  async remove(memberId: string): Promise<void> {
    if (!MEMBER_ID.test(memberId)) return;
    const SecretId = this.#portalSecret(memberId);
    await nullIfFails([ResourceNotFoundException, InvalidRequestException], () =>
      this.#client.send(new DeleteSecretCommand({ SecretId, RecoveryWindowInDays: this.#recoveryDays })),
    );
  }

  async restore(memberId: string): Promise<void> {
    if (!MEMBER_ID.test(memberId)) return;
    const SecretId = this.#portalSecret(memberId);
    await nullIfFails([ResourceNotFoundException, InvalidRequestException], () =>
      this.#client.send(new RestoreSecretCommand({ SecretId })),
    );
  }

  async readApp(): Promise<AppCredentials | null> {
    const stored = await readSecret(this.#client, `${this.#prefix}/app`);
    return stored && credentialsOf(stored.text);
  }

  /** The last writer wins: these are typed in by a person, not rotated by competing processes. */
  async writeApp(credentials: AppCredentials): Promise<void> {
    await setSecret(this.#client, `${this.#prefix}/app`, JSON.stringify(credentials));
  }

  #portalSecret(memberId: string): string {
    return `${this.#prefix}/portals/${memberId}`;
  }

  /** Like the others below: returns the new version, or null when the write is superseded. */
  async #create(name: string, text: string): Promise<string | null> {
    const created = await createSecret(this.#client, name, text);
    if (created === 'taken') return null;
    // A new installation restores a secret that is scheduled for deletion (D§4).
    return created === 'deleted' ? await this.#restore(name, text) : created.version;
  }

  /** Two that restore at the same time find the same last version; as of any two writers, only one replaces it. */
  async #restore(SecretId: string, text: string): Promise<string | null> {
    await this.#client.send(new RestoreSecretCommand({ SecretId }));
    const stored = await readSecret(this.#client, SecretId);
    return stored === null ? null : this.#replace(SecretId, text, stored.version);
  }

  /**
   * Secrets Manager has no conditional write, but it stores a version id once. Every writer derives the id of the successor
   * from the version that it replaces, so of two writers that replace the same version one is refused:
   *
   *   A  reads v1 ──────────── put "A" as next(v1): stored
   *   B      reads v1 ────────────────── put "B" as next(v1): exists with another text → superseded: reads again, "A"
   */
  async #replace(SecretId: string, SecretString: string, replaces: string): Promise<string | null> {
    const ClientRequestToken = nextVersionId(replaces);
    try {
      await this.#client.send(new PutSecretValueCommand({ SecretId, SecretString, ClientRequestToken }));
    } catch (error) {
      // Another text has become the successor; or the secret was deleted, or is scheduled for deletion.
      if (error instanceof ResourceExistsException) return null;
      if (error instanceof ResourceNotFoundException || error instanceof InvalidRequestException) return null;
      throw error;
    }
    return this.#confirm(SecretId, replaces, ClientRequestToken);
  }

  /**
   * A put also succeeds in two cases in which it should not, so the stages are looked at afterwards.
   *
   *   intended    v1 current ── put v2 ──▶ v2 current, v1 previous                         → stored
   *   late retry  v1 ── put v2 (answer lost) ── other: put v3 ── put v2 again: "same text, fine", changes nothing
   *                                             v3 current, v2 previous                    → superseded: read again
   *   stranger    v1 ── somebody else (console): put x ── put v2 succeeds, as v2 did not exist
   *                                             v2 current, x previous: x was overwritten  → x is made current again
   *
   * Staging first and then moving AWSCURRENT by compare-and-swap would avoid the third case, but a crash in between would
   * leave the new refresh token where no reader looks: the portal would be lost, as the old token is used up (B§4.1).
   */
  async #confirm(SecretId: string, replaced: string, written: string): Promise<string | null> {
    const { VersionIdsToStages = {} } = await this.#client.send(new DescribeSecretCommand({ SecretId }));
    const stages = VersionIdsToStages[written];
    if (stages === undefined) return written; // the description is older than our write, which was confirmed
    if (!stages.includes('AWSCURRENT')) return null;

    const previous = Object.keys(VersionIdsToStages).find((id) => VersionIdsToStages[id]?.includes('AWSPREVIOUS'));
    if (previous === undefined || previous === replaced) return written;
    await this.#giveBack(SecretId, written, previous);
    return null;
  }

  /** Makes the overwritten version current again. Fails harmlessly if AWSCURRENT has moved on, as it names where from. */
  async #giveBack(SecretId: string, RemoveFromVersionId: string, MoveToVersionId: string): Promise<void> {
    const VersionStage = 'AWSCURRENT';
    await nullIfFails([InvalidParameterException, InvalidRequestException], () =>
      this.#client.send(
        new UpdateSecretVersionStageCommand({ SecretId, VersionStage, RemoveFromVersionId, MoveToVersionId }),
      ),
    );
  }
}

/** The secret may have been edited by hand: the problem names the field, never its value. */
function grantOf(memberId: string, text: string): Grant | UnreadableGrant {
  const reading = parseGrant(jsonOf(text));
  if ('grant' in reading) return reading.grant;
  return { kind: 'unreadable', memberId, applicationToken: null, problem: reading.problem };
}

function credentialsOf(text: string): AppCredentials {
  const value = jsonOf(text);
  const [clientId, clientSecret] = ['clientId', 'clientSecret'].map((name) => Reflect.get(Object(value), name));
  if (typeof clientId === 'string' && typeof clientSecret === 'string') return { clientId, clientSecret };
  throw new Error('The stored credentials of the application cannot be read: run "app set"');
}

/** An error of JSON.parse would quote the text, and with it the secret. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
