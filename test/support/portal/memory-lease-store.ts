import type { LeaseStore } from '../../../lib/portal/lease-store.ts';

export class MemoryLeaseStore implements LeaseStore {
  holder: { readonly owner: string; readonly until: number } | null = null;

  async acquire(_portal: string, owner: string, until: number, now: number): Promise<boolean> {
    if (this.holder !== null && this.holder.owner !== owner && this.holder.until > now) return false;
    this.holder = { owner, until };
    return true;
  }

  async release(_portal: string, owner: string): Promise<void> {
    if (this.holder?.owner === owner) this.holder = null;
  }
}
