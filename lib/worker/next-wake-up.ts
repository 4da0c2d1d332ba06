import type { PortalState } from '../portal/portal-store.ts';
import { LONGEST_DELAY_MS, WAKE_UP_OVERDUE_MS } from './policy.ts';
import type { Rest } from './request/session.ts';

export type NextWakeUp = {
  /** When the portal's next wake-up of its own is due, ms; null: there is none. */
  readonly nextWakeAt: number | null;
  /** It is not on its way yet. */
  readonly isNew: boolean;
};

/**
 * Which wake-up a worker leaves behind. One that is on its way and due early enough will do, so that rests which are cut short
 * by new work do not leave more and more of them in the queue. `arrived`: the due times of those that this worker was given.
 */
export function nextWakeUp(
  rest: Rest,
  { nextWakeAt }: Pick<PortalState, 'nextWakeAt'>,
  arrived: readonly number[],
  now: number,
): NextWakeUp {
  const isUnderWay = nextWakeAt !== null && !arrived.includes(nextWakeAt) && nextWakeAt > now - WAKE_UP_OVERDUE_MS;
  const underWay = isUnderWay ? nextWakeAt : null;
  if (rest.kind === 'idle') return { nextWakeAt: underWay, isNew: false };

  const wanted = rest.kind === 'more' ? now : Math.min(rest.until, now + LONGEST_DELAY_MS);
  return underWay !== null && underWay <= wanted
    ? { nextWakeAt: underWay, isNew: false }
    : { nextWakeAt: wanted, isNew: true };
}
