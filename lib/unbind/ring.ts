import type { Clock } from '../clock.ts';
import type { PortalStore } from '../portal/portal-store.ts';
import type { BellQueue } from './bell-queue.ts';

export type Ringing = {
  readonly portals: Pick<PortalStore, 'markRung'>;
  readonly bells: Pick<BellQueue, 'send'>;
  readonly clock: Clock;
};

/**
 * Wakes the portal's worker, unless a bell is pending already.
 *
 *   trigger: write job ──▶ mark rung? ──▶ (was free) send bell
 *   worker:  receive bell ──▶ clear mark ──▶ read jobs (consistent)
 *   A job whose trigger found the mark was written before the mark is cleared, so the worker reads it. A bell that could
 *   not be sent leaves an old mark, which the schedule heals (D§2).
 */
export async function ring(portal: string, { portals, bells, clock }: Ringing): Promise<void> {
  if (await portals.markRung(portal, clock.now())) await bells.send(portal);
}
