import type { AppCredentials, Grant } from '../../../lib/portal/grant.ts';
import type { GrantStore, StoredGrant } from '../../../lib/portal/grant-store.ts';

/** A grant store in memory that keeps the port's contract: a version has exactly one successor. */
export class MemoryGrantStore implements GrantStore {
  readonly history: StoredGrant[] = [];
  app: AppCredentials | null = { clientId: 'local.0123', clientSecret: 'client-secret' };
  reads = 0;
  /** What the next reads find, as they lag behind the writes. */
  readonly readsBehind: (StoredGrant | undefined)[] = [];
  /** So many writes fail, as if the store was throttled. */
  failingWrites = 0;
  /** Runs between the caller's last read and its write. */
  beforeWrite: (() => void) | undefined;
  #current = new Map<string, StoredGrant>();
  #removed = new Map<string, StoredGrant>();

  constructor(...grants: readonly Grant[]) {
    for (const grant of grants) this.put(grant);
  }

  /** Another writer's successful write. */
  put(grant: StoredGrant['grant']): StoredGrant {
    const stored = { grant, version: `v${this.history.length + 1}` };
    this.history.push(stored);
    this.#current.set(grant.memberId, stored);
    return stored;
  }

  current(memberId: string): StoredGrant | undefined {
    return this.#current.get(memberId);
  }

  async read(memberId: string): Promise<StoredGrant | null> {
    this.reads += 1;
    const behind = this.readsBehind.shift();
    if (behind !== undefined) return behind;
    return this.#current.get(memberId) ?? null;
  }

  async write(grant: Grant, replaces: string | null): Promise<StoredGrant | 'superseded'> {
    const before = this.beforeWrite;
    this.beforeWrite = undefined;
    before?.();
    if (this.failingWrites > 0) {
      this.failingWrites -= 1;
      throw new Error('throttled');
    }
    return (this.#current.get(grant.memberId)?.version ?? null) === replaces ? this.put(grant) : 'superseded';
  }

  async remove(memberId: string): Promise<void> {
    const stored = this.#current.get(memberId);
    if (stored !== undefined) this.#removed.set(memberId, stored);
    this.#current.delete(memberId);
  }

  async restore(memberId: string): Promise<void> {
    const removed = this.#removed.get(memberId);
    if (removed !== undefined && !this.#current.has(memberId)) this.#current.set(memberId, removed);
  }

  async readApp(): Promise<AppCredentials | null> {
    return this.app;
  }

  async writeApp(credentials: AppCredentials): Promise<void> {
    this.app = credentials;
  }
}
