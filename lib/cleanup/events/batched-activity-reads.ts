import type { Activity } from '../../bitrix24/crm/activity.ts';
import type { Ask } from '../../jobs/planner.ts';
import { type ReadActivities, readActivitiesOf } from '../rules/read-activities-of.ts';

/** null: there is none, or it must not be read. */
export type ActivityRead =
  | { readonly ok: true; readonly activity: Activity | null }
  | { readonly ok: false; readonly code: string };

export type ReadActivity = (activityId: number, ask: Ask) => Promise<ActivityRead>;

type Gathering = { readonly ids: Set<number>; readonly read: Promise<ReadActivities> };

/** One list tells of 50 activities (B§2.2): those who ask in the same moment share it. */
export function batchedActivityReads(): ReadActivity {
  const gathering = new WeakMap<Ask, Gathering>();
  return async (activityId, ask) => {
    const gathered = gathering.get(ask) ?? gather(ask, () => gathering.delete(ask));
    gathering.set(ask, gathered);
    gathered.ids.add(activityId);
    const { activities, refused } = await gathered.read;
    const code = refused.get(activityId);
    return code === undefined ? { ok: true, activity: activities.get(activityId) ?? null } : { ok: false, code };
  };
}

/** Leaves when everybody who is about to ask has asked, and before requests do. */
function gather(ask: Ask, leave: () => void): Gathering {
  const ids = new Set<number>();
  const read = new Promise<void>((resolve) => process.nextTick(resolve)).then(() => {
    leave();
    return readActivitiesOf([...ids], ask);
  });
  return { ids, read };
}
