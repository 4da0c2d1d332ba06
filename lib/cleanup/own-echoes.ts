import type { Clock } from '../clock.ts';

/**
 * Port: events that our own unbinding raises (B§2.1, B§5.7) and that have not arrived yet. Implemented over DynamoDB. An event
 * does not say who has made the change, so they are counted: one for each activity that a request of ours has changed, as
 * identical ones of a hit are merged (B§5.1).
 */
export interface OwnEchoes {
  /** Notes that a request has changed these activities. `at`: ms */
  expect(portal: string, activityIds: readonly number[], at: number): Promise<void>;
  /**
   * Strikes off the events that have arrived, by activity. Returns the activities of which all of them were expected, with
   * the time of our latest change, ms. What did not arrive for ten minutes is expected no more.
   */
  take(portal: string, arrived: ReadonlyMap<number, number>, now: number): Promise<ReadonlyMap<number, number>>;
}

/** The latest time, ms, at which we have changed the activity ourselves, if that alone explains these events; else null. */
export type EchoOf = (portal: string, activityId: number | null, events: number) => Promise<number | null>;

/**
 * Those who ask at the same time share one look, and all of them go on together: so does what they ask of the portal, which
 * is why jobs without an activity ask as well.
 */
export function echoesTogether(echoes: OwnEchoes, clock: Clock): EchoOf {
  const gathering = new Map<string, { readonly arrived: Map<number, number>; readonly found: Looked }>();
  return async (portal, activityId, events) => {
    let gathered = gathering.get(portal);
    if (gathered === undefined) {
      const arrived = new Map<number, number>();
      const found = nextTurn().then(() => {
        gathering.delete(portal);
        return arrived.size > 0 ? echoes.take(portal, arrived, clock.now()) : arrived;
      });
      gathered = { arrived, found };
      gathering.set(portal, gathered);
    }
    if (activityId !== null && events > 0) gathered.arrived.set(activityId, events);
    return (await gathered.found).get(activityId ?? 0) ?? null;
  };
}

type Looked = Promise<ReadonlyMap<number, number>>;

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
