import type { PendingEntry } from './admit-pending-grant.ts';
import type { PendingGrant } from './pending-grant.ts';

/**
 * Port: grants of installations that could not be verified yet (D§4), apart from the confirmed ones: nothing that is kept
 * here touches a grant, a job or the row of a portal. Implemented over Secrets Manager, with a list in DynamoDB.
 */
export interface PendingGrantStore {
  /**
   * `full`: there is no room, or another offer for the same portal came first; nothing was stored. The same offer again is
   * `kept`.
   */
  keep(offer: PendingGrant): Promise<'kept' | 'full'>;
  /** Those that are young enough at `now` (ms); the others are deleted. */
  list(now: number): Promise<readonly PendingEntry[]>;
  read(memberId: string): Promise<PendingGrant | null>;
  /** Absent is fine. */
  remove(memberId: string): Promise<void>;
}
