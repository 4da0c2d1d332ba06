import type { PendingGrant, PendingGrantStore } from '../../../lib/installation/pending-grant.ts';

/** Pending grants in memory: keeps whatever comes while there is room. */
export class MemoryPendingGrantStore implements PendingGrantStore {
  readonly grants = new Map<string, PendingGrant>();
  room = true;

  async keep(pending: PendingGrant): Promise<'kept' | 'full'> {
    if (!this.room) return 'full';
    this.grants.set(pending.memberId, pending);
    return 'kept';
  }

  async list(): Promise<readonly PendingGrant[]> {
    return [...this.grants.values()];
  }

  async read(memberId: string): Promise<PendingGrant | null> {
    return this.grants.get(memberId) ?? null;
  }

  async remove(memberId: string): Promise<void> {
    this.grants.delete(memberId);
  }
}
