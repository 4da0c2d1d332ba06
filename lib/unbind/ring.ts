import type { Clock } from '../clock.ts';
import type { PortalStore } from '../portal/portal-store.ts';
import type { BellQueue } from './bell-queue.ts';

export type Ringing = {
  readonly portals: Pick<PortalStore, 'markRung'>;
  readonly bells: Pick<BellQueue, 'send' | 'hide'>;
  readonly clock: Clock;
};

/**
 * Wakes the portal's worker, unless a bell is pending already.
 *
 *   trigger: write job ──▶ mark rung? ──▶ (was free) send bell
 *   worker:  receive bell ──▶ clear mark ──▶ read jobs (consistent)
 *   A job whose trigger found the mark was written before the mark is cleared, so the worker reads it. A bell that could
 *   not be sent leaves an old mark, which the schedule heals (D§2).
 *
 * A resting portal keeps a bell hidden, and its message group waits for that one: a new bell would not be heard before. So
 * the hidden bell is woken instead.
 */
export async function ring(portal: string, { portals, bells, clock }: Ringing): Promise<void> {
  const marked = await portals.markRung(portal, clock.now());
  if (marked === null) return;
  // One bell too many does no harm; none at all would be missed for minutes.
  const woken = marked.hiddenBell !== null && (await bells.hide(marked.hiddenBell, 0));
  if (!woken) await bells.send(portal);
}
