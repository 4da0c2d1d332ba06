import { type Attempt, newAttempt } from '../../jobs/attempt.ts';
import { type Command, commandOf } from '../../jobs/command.ts';
import type { JobPart } from '../../jobs/intent.ts';
import type { Job, Task } from '../../jobs/job.ts';
import type { Outcome } from '../../jobs/outcome.ts';
import type { Planned, Step } from '../../jobs/planner.ts';
import { MOST_JOB_BYTES } from '../../jobs/policy.ts';

/** A job and its next steps, not yet begun. */
export type PlannedJob = { readonly job: Job; readonly planned: Planned };

/** As much of a planned job as fits into a request. */
export type Portion = {
  readonly part: JobPart;
  readonly attempts: readonly Attempt[];
  readonly skipped: readonly Outcome[];
  /** What it takes in the record of its intent. */
  readonly bytes: number;
};

/** Takes as many steps, in order, as `room` commands allow; skipped steps take no room. */
export function fitPlan({ job, planned }: PlannedJob, room: number, now: number): Portion {
  const steps = stepsThatFit(planned.steps, room);
  const skipped = steps.filter((step) => step.skip !== null).map((step) => skippedOutcome(job, step, now));
  const all = steps.length === planned.steps.length;
  const part: JobPart = {
    // A checkpoint can be long, and an intent is one record; where the job continues is in `cursorAfter`.
    job: { ...job, eventToken: null, cursor: null },
    owesAnswer: job.eventToken !== null,
    counts: {
      ...(skipped.length > 0 ? { skipped: skipped.length } : {}),
      ...(planned.failed === true ? { failed: 1 } : {}),
    },
    code: planned.code,
    cursorAfter: all ? planned.checkpoint : (steps.at(-1)?.checkpointAfter() ?? job.cursor),
  };
  const attempts = steps
    .filter((step) => step.skip === null)
    .map((step) => newAttempt(commandIn(job, step), originOf(job, step)));
  return { part, attempts, skipped, bytes: Buffer.byteLength(JSON.stringify([part, attempts])) };
}

/** Whether an intent that has the others can hold this one as well. Each alone fits, as its job does. */
export const fitsIntent = ({ bytes }: Portion, others: readonly Portion[]): boolean =>
  others.length === 0 || others.reduce((sum, other) => sum + other.bytes, bytes) <= MOST_JOB_BYTES;

function stepsThatFit(steps: readonly Step[], room: number): Step[] {
  let used = 0;
  return steps.filter((step) => (step.skip === null ? ++used : used) <= room);
}

function skippedOutcome(job: Job, step: Step, now: number): Outcome {
  return {
    id: commandIn(job, step).id,
    portal: job.portal,
    activityId: step.activityId,
    ...step.element,
    status: 'skipped',
    code: step.skip,
    ...originOf(job, step),
    attempts: 0,
    durationMs: 0,
    at: new Date(now).toISOString(),
  };
}

const commandIn = ({ id }: Job, { action, activityId, element }: Step): Command =>
  commandOf(id, action, activityId, element);

const originOf = ({ trigger, cause }: Job, { rule }: Step): Pick<Outcome, 'trigger' | 'cause' | 'rule'> => ({
  trigger,
  cause,
  ...(rule === undefined ? {} : { rule }),
});

/**
 * Jobs whose plan depends on what is bound when it is made, so it is made anew each time. Runs rely on what they have found
 * in the last minute; all other jobs name what they want.
 */
const PLANNED_BY_BINDINGS: ReadonlySet<Task['kind']> = new Set(['element_changed', 'activity_changed']);

export const isPlannedByBindings = ({ job }: PlannedJob): boolean => PLANNED_BY_BINDINGS.has(job.task.kind);

/** The activities that a plan would change. */
export const activitiesToChange = ({ planned }: PlannedJob): number[] =>
  planned.steps.filter(({ skip }) => skip === null).map(({ activityId }) => activityId);

/**
 * A rule relies on the other bindings of an activity to remain (D§6). If another job of the same request takes one of them
 * away, the plan is dropped: its job is still due and is planned anew.
 */
export function isStalePlan(plan: PlannedJob, portions: readonly Portion[]): boolean {
  if (!isPlannedByBindings(plan)) return false;
  const unbound = new Set(
    portions
      .filter(({ part }) => part.job.id !== plan.job.id)
      .flatMap(({ attempts }) => attempts.map(({ command }) => command))
      .filter(({ action }) => action === 'unbind')
      .map(({ activityId }) => activityId),
  );
  return activitiesToChange(plan).some((activityId) => unbound.has(activityId));
}
