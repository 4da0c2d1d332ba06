import type { Activity } from '../../bitrix24/crm/activity.ts';
import { type Ask, isSlow } from '../../jobs/planner.ts';
import { type ReadActivities, readActivitiesOf } from '../rules/read-activities-of.ts';

/** null: it does not exist, or we may not read it. */
export type ActivityRead =
  | { readonly ok: true; readonly activity: Activity | null }
  | { readonly ok: false; readonly code: string };

export type ReadActivity = (activityId: number, ask: Ask) => Promise<ActivityRead>;

type Gathering = { readonly ids: Set<number>; readonly read: Promise<ReadActivities> };

/** One list returns 50 activities (B§2.2): jobs that ask in the same moment share it. */
export function batchedActivityReads(): ReadActivity {
  const gathering = new WeakMap<Ask, Gathering>();
  return async (activityId, one) => {
    // On a slow portal each job keeps what it has read, which a shared list would not be.
    const ask = isSlow(one) ? one : (one.shared ?? one);
    const gathered = gathering.get(ask) ?? gather(ask, () => gathering.delete(ask));
    gathering.set(ask, gathered);
    gathered.ids.add(activityId);
    const { activities, refused } = await gathered.read;
    const code = refused.get(activityId);
    return code === undefined ? { ok: true, activity: activities.get(activityId) ?? null } : { ok: false, code };
  };
}

/** Closes the batch when all jobs of this moment have asked, but before any request is sent. */
function gather(ask: Ask, close: () => void): Gathering {
  const ids = new Set<number>();
  const read = new Promise<void>((resolve) => process.nextTick(resolve)).then(() => {
    close();
    return readActivitiesOf([...ids], ask);
  });
  return { ids, read };
}
