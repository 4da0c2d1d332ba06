import type { Activity } from '../bitrix24/activity.ts';
import { activitiesById, PAGE, readActivities } from '../bitrix24/activity-list.ts';
import type { Ask, Read } from '../unbind/planner.ts';

/** null: there is none, or it must not be read. */
export type ActivityRead =
  | { readonly ok: true; readonly activity: Activity | null }
  | { readonly ok: false; readonly code: string };

export type ReadActivity = (activityId: number, ask: Ask) => Promise<ActivityRead>;

type Gathering = { readonly ids: Set<number>; readonly pages: Promise<ReadonlyMap<number, Read>> };

/** One list tells of 50 activities (B§2.2): those who ask in the same moment share it. */
export function activitiesTogether(): ReadActivity {
  const gathering = new WeakMap<Ask, Gathering>();
  return async (activityId, ask) => {
    const gathered = gathering.get(ask) ?? gather(ask, () => gathering.delete(ask));
    gathering.set(ask, gathered);
    gathered.ids.add(activityId);
    const page = (await gathered.pages).get(activityId);
    if (page?.ok !== true) return { ok: false, code: page?.code ?? '' };
    return { ok: true, activity: readActivities(page.result).find(({ id }) => id === activityId) ?? null };
  };
}

/** Leaves when everybody who is about to ask has asked, and before requests do. */
function gather(ask: Ask, leave: () => void): Gathering {
  const ids = new Set<number>();
  const pages = new Promise<void>((resolve) => process.nextTick(resolve)).then(async () => {
    leave();
    const all = [...ids];
    const parts = Array.from({ length: Math.ceil(all.length / PAGE) }, (_, n) => all.slice(n * PAGE, (n + 1) * PAGE));
    const read = await Promise.all(parts.map(async (part) => [part, await ask(activitiesById(part))] as const));
    return new Map(read.flatMap(([part, page]) => part.map((id) => [id, page] as const)));
  });
  return { ids, pages };
}
