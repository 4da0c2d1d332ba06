import type { Clock } from '../clock.ts';
import type { PortalStore } from '../portal/portal-store.ts';
import type { WakeUpQueue } from './wake-up-queue.ts';

export type WakeDeps = {
  readonly portals: Pick<PortalStore, 'markWakePending'>;
  readonly wakeUps: Pick<WakeUpQueue, 'send' | 'hide'>;
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
export async function wakePortal(portal: string, { portals, wakeUps, clock }: WakeDeps): Promise<void> {
  const marked = await portals.markWakePending(portal, clock.now());
  if (marked === null) return;
  // One bell too many does no harm; none at all would be missed for minutes.
  const woken = marked.hiddenWakeUp !== null && (await wakeUps.hide(marked.hiddenWakeUp, 0));
  if (!woken) await wakeUps.send(portal);
}

/**
 * Wakes the portal's worker for a person, whatever seems to be pending: a bell may have been lost, or heard while the portal
 * was paused. Also from a rest that new work must not end. A bell too many is harmless.
 */
export async function wakePortalNow(
  portal: string,
  wakeDeps: WakeDeps & { readonly portals: Pick<PortalStore, 'clearWakePending'> },
): Promise<void> {
  const hidden = await wakeDeps.portals.clearWakePending(portal);
  if (hidden !== null) await wakeDeps.wakeUps.hide(hidden, 0);
  await wakePortal(portal, wakeDeps);
}
