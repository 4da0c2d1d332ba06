import type { Clock } from '../clock.ts';
import type { PortalStore } from '../portal/portal-store.ts';

/**
 * One wake-up of a portal's worker. It carries no work: to lose or to repeat one is harmless (D§2). `dueAt`: the worker sent
 * it to itself, for this time (ms); null: a trigger sent it.
 */
export type WakeUp = { readonly portal: string; readonly dueAt: number | null };

/** Port: the queue of wake-ups. Implemented over a standard queue of SQS: a wake-up can come twice, and in any order. */
export interface WakeUpQueue {
  /** Sends a wake-up that is delivered after so many ms, at most 15 min, or a little later. */
  send(wakeUp: WakeUp, delayMs?: number): Promise<void>;
}

export type WakeDeps = {
  readonly portals: Pick<PortalStore, 'markWakePending'>;
  readonly wakeUps: WakeUpQueue;
  readonly clock: Clock;
};

/**
 * Wakes the portal's worker, unless a wake-up is pending already, or the portal rests as a whole: then its own next wake-up
 * finds the job. False: the portal was removed.
 *
 *   trigger: write job ──▶ set the mark ──▶ (it was clear) send a wake-up
 *   worker:  receive a wake-up ──▶ take the lock, clear the mark ──▶ read jobs (consistent)
 *   A job whose trigger found the mark set was written before the mark is cleared, so the worker reads it. A wake-up that
 *   could not be sent leaves an old mark behind, which the schedule repairs (D§2).
 */
export async function wakePortal(portal: string, { portals, wakeUps, clock }: WakeDeps): Promise<boolean> {
  const now = clock.now();
  const mark = await portals.markWakePending(portal, now);
  if (mark === null) return false;
  if (mark.first && (mark.restsUntil ?? now) <= now) await wakeUps.send({ portal, dueAt: null });
  return true;
}

/**
 * Wakes the portal's worker for a person, whatever seems to be pending: a wake-up may have been lost, or received while the
 * portal was paused. It also ends a rest that new work must not end. One wake-up too many is harmless.
 */
export async function wakePortalNow(
  portal: string,
  wakeDeps: WakeDeps & { readonly portals: Pick<PortalStore, 'clearWakePending'> },
): Promise<void> {
  await wakeDeps.portals.clearWakePending(portal);
  await wakePortal(portal, wakeDeps);
}
