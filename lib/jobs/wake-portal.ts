import type { Clock } from '../clock.ts';
import type { PortalStore } from '../portal/portal-store.ts';
import type { BellQueue } from './wake-up-queue.ts';

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

/**
 * Wakes the portal's worker for a person, whatever seems to be pending: a bell may have been lost, or heard while the portal
 * was paused. Also from a rest that new work must not end. A bell too many is harmless.
 */
export async function ringAnew(
  portal: string,
  ringing: Ringing & { readonly portals: Pick<PortalStore, 'clearRung'> },
): Promise<void> {
  const hidden = await ringing.portals.clearRung(portal);
  if (hidden !== null) await ringing.bells.hide(hidden, 0);
  await ring(portal, ringing);
}
