import type { KeptOffer } from '../../../lib/installation/pending-grant.ts';
import type { UnconfirmedGrants } from '../../../lib/installation/pending-grant-store.ts';

/** Keeps whatever comes while there is room. */
export class MemoryUnconfirmedGrants implements UnconfirmedGrants {
  readonly offers = new Map<string, KeptOffer>();
  room = true;

  async keep(offer: KeptOffer): Promise<'kept' | 'full'> {
    if (!this.room) return 'full';
    this.offers.set(offer.memberId, offer);
    return 'kept';
  }

  async list(): Promise<readonly KeptOffer[]> {
    return [...this.offers.values()];
  }

  async read(memberId: string): Promise<KeptOffer | null> {
    return this.offers.get(memberId) ?? null;
  }

  async remove(memberId: string): Promise<void> {
    this.offers.delete(memberId);
  }
}
