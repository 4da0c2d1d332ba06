import type { Clock } from '../../clock.ts';
import type { Job } from '../../jobs/job.ts';

/** From before the request was sent until it was answered, ms. */
export type OwnChange = { readonly from: number; readonly to: number };

/** What has arrived about an activity: how many events, and when the portal built them, ms (B§5.1). */
export type Arrival = Pick<Job, 'events' | 'builtAt'>;

/**
 * Port: events that our own unbinding raises (B§2.1, B§5.7) and that have not arrived yet. Implemented over DynamoDB. An event
 * does not say who has made the change. So they are counted, one for each activity that a request of ours has changed, as
 * identical ones of a hit are merged (B§5.1); and each must have been built when we were at it.
 */
export interface OwnChanges {
  /** Notes that a request has changed these activities. */
  expect(portal: string, activityIds: readonly number[], change: OwnChange): Promise<void>;
  /**
   * Strikes off the events that have arrived, by activity. Returns the activities of which all of them were expected. What did
   * not arrive for ten minutes is expected no more.
   */
  take(portal: string, arrived: ReadonlyMap<number, Arrival>, now: number): Promise<ReadonlySet<number>>;
}

/** Whether our own unbinding alone explains what has arrived about the activity. */
export type IsOwnChange = (portal: string, activityId: number | null, arrival: Arrival) => Promise<boolean>;

/**
 * Those who ask at the same time share one look, and all of them go on together: so does what they ask of the portal, which
 * is why jobs without an activity ask as well.
 */
export function batchedOwnChanges(ownChanges: OwnChanges, clock: Clock): IsOwnChange {
  const gathering = new Map<string, { readonly arrived: Map<number, Arrival>; readonly found: Looked }>();
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

type Looked = Promise<ReadonlySet<number>>;

const nextBatch = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
