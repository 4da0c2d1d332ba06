import type { PendingGrant, PendingGrantStore } from '../../../lib/installation/pending-grant.ts';

/** Keeps whatever comes while there is room. */
export class MemoryPendingGrantStore implements PendingGrantStore {
  readonly offers = new Map<string, PendingGrant>();
  room = true;

  async keep(offer: PendingGrant): Promise<'kept' | 'full'> {
    if (!this.room) return 'full';
    this.offers.set(offer.memberId, offer);
    return 'kept';
  }

  async list(): Promise<readonly PendingGrant[]> {
    return [...this.offers.values()];
  }

  async read(memberId: string): Promise<PendingGrant | null> {
    return this.offers.get(memberId) ?? null;
  }

  async remove(memberId: string): Promise<void> {
    this.offers.delete(memberId);
  }
}
