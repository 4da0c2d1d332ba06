import type { Clock } from '../clock.ts';
import type { PortalStore } from '../portal/portal-store.ts';

/** Port: wake-ups, without content. Implemented over SQS FIFO with the portal as the message group (D§2). */
export interface WakeUpQueue {
  send(portal: string): Promise<void>;
  /**
   * Keeps a received wake-up hidden for so many more seconds, at most 12 h; 0: it is delivered at once. False: the wake-up
   * does not exist any more, or we no longer hold it.
   */
  hide(receiptHandle: string, seconds: number): Promise<boolean>;
  /** Deletes a wake-up that was dealt with. */
  remove(receiptHandle: string): Promise<void>;
}

export type WakeDeps = {
  readonly portals: Pick<PortalStore, 'markWakePending'>;
  readonly wakeUps: Pick<WakeUpQueue, 'send' | 'hide'>;
  readonly clock: Clock;
};

/**
 * Wakes the portal's worker, unless a wake-up is pending already.
 *
 *   trigger: write job ──▶ set the mark ──▶ (it was clear) send a wake-up
 *   worker:  receive a wake-up ──▶ clear the mark ──▶ read jobs (consistent)
 *   A job whose trigger found the mark set was written before the mark is cleared, so the worker reads it. A wake-up that
 *   could not be sent leaves an old mark behind, which the schedule repairs (D§2).
 *
 * A resting portal keeps one wake-up hidden, and its message group waits for that one: a new wake-up would not be delivered
 * before it. So the hidden one is woken instead.
 */
export async function wakePortal(portal: string, { portals, wakeUps, clock }: WakeDeps): Promise<void> {
  const marked = await portals.markWakePending(portal, clock.now());
  if (marked === null) return;
  // One wake-up too many does no harm; a missing one would delay the work for minutes.
  const woken = marked.hiddenWakeUp !== null && (await wakeUps.hide(marked.hiddenWakeUp, 0));
  if (!woken) await wakeUps.send(portal);
}

/**
 * Wakes the portal's worker for a person, whatever seems to be pending: a wake-up may have been lost, or received while the
 * portal was paused. It also ends a rest that new work must not end. One wake-up too many is harmless.
 */
export async function wakePortalNow(
  portal: string,
  wakeDeps: WakeDeps & { readonly portals: Pick<PortalStore, 'clearWakePending'> },
): Promise<void> {
  const hidden = await wakeDeps.portals.clearWakePending(portal);
  if (hidden !== null) await wakeDeps.wakeUps.hide(hidden, 0);
  await wakePortal(portal, wakeDeps);
}
