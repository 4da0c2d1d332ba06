import type { Activity } from '../../bitrix24/crm/activity.ts';
import { activitiesById, PAGE, readActivities } from '../../bitrix24/crm/activity-list.ts';
import { inParts } from '../../in-parts.ts';
import type { Ask } from '../../jobs/planner.ts';

export type ReadActivities = {
  /** An activity that is not here does not exist, or we may not read it. */
  readonly activities: ReadonlyMap<number, Activity>;
  /** Activities of which Bitrix24 did not tell even that, with its code. */
  readonly refused: ReadonlyMap<number, string>;
};

/** Reads activities with as few lists as possible (B§2.2). */
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
