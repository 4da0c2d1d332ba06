import {
  DeleteSecretCommand,
  InvalidRequestException,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { type Admission, admitPendingGrant, isYoung } from '../../installation/admit-pending-grant.ts';
import {
  type PendingEntry,
  type PendingGrant,
  type PendingGrantStore,
  parsePendingGrant,
} from '../../installation/pending-grant.ts';
import type { DynamoPendingGrantList } from '../dynamodb/dynamo-pending-grant-list.ts';
import { nullIfFails, readSecret, setSecret } from './secret.ts';

/**
 * Pending grants: a secret `<prefix>/unconfirmed/<member_id>` each, and a list of them.
 *
 *   keep     listed (conditional write: is there room?) ──▶ secret written ──▶ answered
 *   remove   secret deleted ──▶ taken off the list
 *   A crash in between leaves a place without a secret. The same grant can take it again; otherwise it ends with its age.
 */
export class SecretsManagerPendingGrants implements PendingGrantStore {
  readonly #client: SecretsManagerClient;
  readonly #prefix: string;
  readonly #list: DynamoPendingGrantList;

  constructor(client: SecretsManagerClient, prefix: string, list: DynamoPendingGrantList) {
    this.#client = client;
    this.#prefix = prefix;
    this.#list = list;
  }

  async keep(pending: PendingGrant): Promise<'kept' | 'full'> {
    const { memberId, clientId, keptAt } = pending;
    const admission = await this.#admit({ memberId, clientId, keptAt });
    if (admission.kind === 'full') return 'full';
    if (admission.kind === 'present') {
      const earlier = await this.read(memberId);
      if (earlier !== null) return earlier.accessToken === pending.accessToken ? 'kept' : 'full';
    } else await this.#delete(admission.dropped);
    await setSecret(this.#client, this.#secretOf(memberId), JSON.stringify(pending));
    return 'kept';
  }

  async list(now: number): Promise<readonly PendingEntry[]> {
    const entries = await this.#list.read();
    const old = entries.filter((entry) => !isYoung(entry, now));
    if (old.length > 0) {
      await this.#delete(old);
      await this.#list.change((listed) => listed.filter((entry) => isYoung(entry, now)));
    }
    return entries.filter((entry) => isYoung(entry, now));
  }

  async read(memberId: string): Promise<PendingGrant | null> {
    const stored = await readSecret(this.#client, this.#secretOf(memberId));
    return stored && parsePendingGrant(stored.text);
  }

  async remove(memberId: string): Promise<void> {
    const isOfPortal = (entry: PendingEntry): boolean => entry.memberId === memberId;
    const listed = (await this.#list.read()).find(isOfPortal);
    if (listed === undefined) return;
    await this.#delete([listed]);
    await this.#list.change((entries) =>
      entries.some(isOfPortal) ? entries.filter((entry) => !isOfPortal(entry)) : null,
    );
  }

  async #admit(entry: PendingEntry): Promise<Admission> {
    let admission: Admission = { kind: 'full' };
    await this.#list.change((entries) => {
      admission = admitPendingGrant(entries, entry);
      return admission.kind === 'admitted' ? admission.pending : null;
    });
    return admission;
  }

  /** Without a recovery window: these are tokens, and nobody needs them again. */
  async #delete(entries: readonly PendingEntry[]): Promise<void> {
    for (const { memberId } of entries) {
      const command = new DeleteSecretCommand({
        SecretId: this.#secretOf(memberId),
        ForceDeleteWithoutRecovery: true,
      });
      await nullIfFails([ResourceNotFoundException, InvalidRequestException], () => this.#client.send(command));
    }
  }

  #secretOf(memberId: string): string {
    return `${this.#prefix}/unconfirmed/${memberId}`;
  }
}
