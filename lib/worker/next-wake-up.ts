import type { PortalState } from '../portal/portal-store.ts';
import {
  IDLE_TURNS_REST_MS,
  LONGEST_DELAY_MS,
  MOST_IDLE_TURNS,
  SHORTEST_CALM_MS,
  WAKE_UP_OVERDUE_MS,
} from './policy.ts';
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

/**
 * Stops a portal that wakes itself up again and again and does nothing. `idleTurns`: so many servings in a row did so before
 * this one, which did nothing either; 0: this one has done something.
 */
export function brake(rest: Rest, idleTurns: number, now: number): { readonly rest: Rest; readonly idleTurns: number } {
  const wakesSoon = rest.kind === 'more' || (rest.kind === 'rest' && rest.until < now + SHORTEST_CALM_MS);
  if (!wakesSoon) return { rest, idleTurns: 0 };
  if (idleTurns < MOST_IDLE_TURNS) return { rest, idleTurns: idleTurns + 1 };
  return { rest: { kind: 'rest', until: now + IDLE_TURNS_REST_MS, whole: false }, idleTurns: 0 };
}
