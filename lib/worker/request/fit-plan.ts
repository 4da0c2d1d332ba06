import { type Command, commandOf } from '../../jobs/command.ts';
import type { Attempt, JobPart } from '../../jobs/intent.ts';
import type { Job } from '../../jobs/job.ts';
import type { Outcome } from '../../jobs/outcome.ts';
import type { Planned, Step } from '../../jobs/planner.ts';
import { newAttempt } from '../attempt/attempt.ts';

/** A job and its next steps, not yet begun. */
export type PlannedJob = { readonly job: Job; readonly planned: Planned };

/** The part of a plan that fits into a request. */
export type Portion = {
  readonly part: JobPart;
  readonly attempts: readonly Attempt[];
  readonly skipped: readonly Outcome[];
};

/** Takes as many steps, in order, as `room` commands allow; skipped steps take no room. */
export function fitPlan({ job, planned }: PlannedJob, room: number, now: number): Portion {
  const steps = stepsThatFit(planned.steps, room);
  const skipped = steps.filter((step) => step.skip !== null).map((step) => skippedOutcome(job, step, now));
  const all = steps.length === planned.steps.length;
  return {
    part: {
      // A place can be long, and where the job goes on says enough: a slice is one record as well.
      job: { ...job, eventToken: null, cursor: null },
      owesAnswer: job.eventToken !== null,
      counts: {
        ...(skipped.length > 0 ? { skipped: skipped.length } : {}),
        ...(planned.failed === true ? { failed: 1 } : {}),
      },
      code: planned.code,
      cursorAfter: all ? planned.checkpoint : (steps.at(-1)?.checkpointAfter() ?? job.cursor),
    },
    attempts: steps
      .filter((step) => step.skip === null)
      .map((step) => newAttempt(commandIn(job, step), askedFor(job, step))),
    skipped,
  };
}

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
    ...askedFor(job, step),
    attempts: 0,
    durationMs: 0,
    at: new Date(now).toISOString(),
  };
}

const commandIn = ({ id }: Job, { action, activityId, element }: Step): Command =>
  commandOf(id, action, activityId, element);

const askedFor = ({ trigger, cause }: Job, { rule }: Step): Pick<Outcome, 'trigger' | 'cause' | 'rule'> => ({
  trigger,
  cause,
  ...(rule === undefined ? {} : { rule }),
});
