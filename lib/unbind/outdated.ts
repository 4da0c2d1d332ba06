import type { Task } from './job.ts';
import type { Plan, Portion } from './place-plan.ts';

/** Planned from what is bound at the time, each time anew. A sweep keeps what it has decided; others are asked for by name. */
const BY_STATE: ReadonlySet<Task['kind']> = new Set(['element_changed', 'activity_changed', 'apply']);

/**
 * A rule counts on the other bindings of an activity to remain (D§6). When another job takes one of them away first, the plan
 * is not followed: its job is still due, and is planned anew.
 */
export function isOutdated({ job, planned }: Plan, portions: readonly Portion[]): boolean {
  if (!BY_STATE.has(job.task.kind)) return false;
  const taken = new Set(
    portions
      .filter(({ share }) => share.job.id !== job.id)
      .flatMap(({ trials }) => trials.map(({ command }) => command))
      .filter(({ action }) => action === 'unbind')
      .map(({ activityId }) => activityId),
  );
  return planned.steps.some(({ activityId, skip }) => skip === null && taken.has(activityId));
}
