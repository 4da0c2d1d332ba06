import { type Activity, isOfTypes } from '../bitrix24/crm/activity.ts';
import { activitiesBoundTo, activitiesById, isFullPage, PAGE, readActivities } from '../bitrix24/crm/activity-list.ts';
import type { Element } from '../bitrix24/crm/element.ts';
import type { ActivityFilter, Checkpoint, Job } from './job.ts';
import { type Ask, isSlow, NOTHING_LEFT, type Planned, type Step } from './planner.ts';

/** Plans what a robot or a person asked for: named activities, or all activities of an element. */
export async function planUnbind(job: Job, ask: Ask): Promise<Planned> {
  const { task } = job;
  if (task.kind !== 'unbind') return NOTHING_LEFT;
  return task.activities === 'all'
    ? await planAll(task.element, task.filter, job.cursor, ask)
    : await planNamed(task.activities, task.element, task.filter, job.cursor, ask);
}

async function planAll(
  element: Element,
  filter: ActivityFilter | null,
  checkpoint: Checkpoint | null,
  ask: Ask,
): Promise<Planned> {
  const [above, from] = [Number(checkpoint?.after ?? 0), Number(checkpoint?.from ?? 0)];
  const page = await ask(activitiesBoundTo(element, above));
  if (!page.ok) return { ...NOTHING_LEFT, code: page.code };

  const activities = readActivities(page.result);
  const last = activities.at(-1);
  return {
    steps: activities
      .filter((activity) => activity.id > from && matchesFilter(filter, activity))
      .map(({ id }) => step(id, element, null, isSlow(ask) ? { after: above, from: id } : { after: id })),
    checkpoint: last !== undefined && isFullPage(page.result) ? { after: last.id } : null,
    code: null,
    keepsReads: isSlow(ask),
  };
}

async function planNamed(
  ids: readonly number[],
  element: Element,
  filter: ActivityFilter | null,
  checkpoint: Checkpoint | null,
  ask: Ask,
): Promise<Planned> {
  const from = Number(checkpoint?.next ?? 0);
  // Pages begin at fixed places, so that a page that is worked piece by piece is the same call each time.
  const begin = isSlow(ask) ? from - (from % PAGE) : from;
  const whole = ids.slice(begin, begin + PAGE);
  const filteredOut = filter === null ? new Set<number>() : await filteredOutOf(whole, filter, ask);
  const page = whole.slice(from - begin);
  const next = from + page.length;
  return {
    steps: page.map((id, index) =>
      step(id, element, filteredOut.has(id) ? 'FILTERED' : null, { next: from + index + 1 }),
    ),
    checkpoint: next < ids.length ? { next } : null,
    code: null,
    keepsReads: filter !== null && isSlow(ask),
  };
}

/** An activity that the list does not show is not filtered out: the deletion itself tells what is wrong with it. */
async function filteredOutOf(ids: readonly number[], filter: ActivityFilter, ask: Ask): Promise<Set<number>> {
  const page = await ask(activitiesById(ids));
  const activities = page.ok ? readActivities(page.result) : [];
  return new Set(activities.filter((activity) => !matchesFilter(filter, activity)).map(({ id }) => id));
}

const matchesFilter = (filter: ActivityFilter | null, activity: Activity): boolean =>
  filter === null || (isOfTypes(activity, filter.types) && (activity.completed || !filter.completedOnly));

const step = (activityId: number, element: Element, skip: string | null, checkpoint: Checkpoint): Step => ({
  action: 'unbind',
  activityId,
  element,
  skip,
  checkpointAfter: () => checkpoint,
});
