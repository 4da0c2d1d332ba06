import type { Activity } from '../../bitrix24/crm/activity.ts';
import { activitiesById, PAGE, readActivities } from '../../bitrix24/crm/activity-list.ts';
import { inParts } from '../../in-parts.ts';
import type { Ask } from '../../jobs/planner.ts';

export type ReadActivities = {
  /** One that is not here does not exist, or must not be read. */
  readonly activities: ReadonlyMap<number, Activity>;
  /** Those of which the portal would not tell even that, and its code. */
  readonly refused: ReadonlyMap<number, string>;
};

/** As few lists as can be (B§2.2). */
export async function readActivitiesOf(ids: readonly number[], ask: Ask): Promise<ReadActivities> {
  const activities = new Map<number, Activity>();
  const refused = new Map<number, string>();
  await Promise.all(
    inParts(ids, PAGE).map(async (part) => {
      const read = await ask(activitiesById(part));
      if (read.ok) for (const one of readActivities(read.result)) activities.set(one.id, one);
      else for (const id of part) refused.set(id, read.code);
    }),
  );
  return { activities, refused };
}
