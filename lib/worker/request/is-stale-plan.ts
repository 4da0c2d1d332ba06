import type { Task } from '../../jobs/job.ts';
import type { PlannedJob, Portion } from './fit-plan.ts';

/**
 * Planned from what is bound at the time, each time anew. Runs go by what they have found in the last minute; others are
 * asked for by name.
 */
const BY_STATE: ReadonlySet<Task['kind']> = new Set(['element_changed', 'activity_changed']);

export const isByState = ({ job }: PlannedJob): boolean => BY_STATE.has(job.task.kind);

/** Activities that a plan is to change. */
export const changedBy = ({ planned }: PlannedJob): number[] =>
  planned.steps.filter(({ skip }) => skip === null).map(({ activityId }) => activityId);

/**
 * A rule counts on the other bindings of an activity to remain (D§6). When another job takes one of them away first, the plan
 * is not followed: its job is still due, and is planned anew.
 */
export function isStalePlan(plan: PlannedJob, portions: readonly Portion[]): boolean {
  if (!isByState(plan)) return false;
  const taken = new Set(
    portions
      .filter(({ part }) => part.job.id !== plan.job.id)
      .flatMap(({ attempts }) => attempts.map(({ command }) => command))
      .filter(({ action }) => action === 'unbind')
      .map(({ activityId }) => activityId),
  );
  return changedBy(plan).some((activityId) => taken.has(activityId));
}
