import type { Element } from '../../bitrix24/crm/element.ts';
import type { Clock } from '../../clock.ts';
import type { Job } from '../../jobs/job.ts';
import type { LastChange, LastChanges } from '../../jobs/last-changes.ts';

/** A binding that one of our requests changed. */
export type OwnChange = LastChange & {
  readonly activityId: number;
  readonly element: Element;
  /** The time from before its request was sent until it was answered, ms; null: that is not known. */
  readonly during: { readonly from: number; readonly to: number } | null;
};

/** The events that arrived about an activity: how many, and when the portal built them, ms (B§5.1). */
export type Arrival = Pick<Job, 'events' | 'builtAt'>;

/**
 * Port: our own changes of bindings, and the events of our unbinding (B§2.1, B§5.7) that have not arrived yet. Implemented over
 * DynamoDB. An event does not say who made the change, so they are counted: one for each activity that one of our requests
 * changed, as Bitrix24 merges identical events of a hit (B§5.1). An event counts as ours only if it was built while our request
 * was running. Events of our binding are not expected: a new binding can make a rule match.
 */
export interface OwnChanges extends LastChanges {
  /** Notes what one request of ours changed. */
  note(portal: string, changes: readonly OwnChange[]): Promise<void>;
  /**
   * Crosses off the events that arrived. Returns the activities whose events were all expected. An event that does not arrive
   * within ten minutes is no longer expected.
   */
  take(portal: string, arrived: ReadonlyMap<number, Arrival>, now: number): Promise<ReadonlySet<number>>;
}

/** Whether all events that arrived about the activity come from our own unbinding. */
export type IsOwnChange = (portal: string, activityId: number | null, arrival: Arrival) => Promise<boolean>;

/**
 * Jobs that ask at the same time share one read, and all continue together, so that their reads from the portal share requests.
 * That is why jobs without an activity ask as well.
 */
export function batchedOwnChanges(ownChanges: OwnChanges, clock: Clock): IsOwnChange {
  const gathering = new Map<string, { readonly arrived: Map<number, Arrival>; readonly found: Found }>();
  return async (portal, activityId, arrival) => {
    let gathered = gathering.get(portal);
    if (gathered === undefined) {
      const arrived = new Map<number, Arrival>();
      const found = nextBatch().then(() => {
        gathering.delete(portal);
        return arrived.size > 0 ? ownChanges.take(portal, arrived, clock.now()) : new Set<number>();
      });
      gathered = { arrived, found };
      gathering.set(portal, gathered);
    }
    if (activityId !== null && arrival.events > 0) gathered.arrived.set(activityId, arrival);
    const found = await gathered.found;
    return activityId !== null && found.has(activityId);
  };
}

type Found = Promise<ReadonlySet<number>>;

const nextBatch = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
