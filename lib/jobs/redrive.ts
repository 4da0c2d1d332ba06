import { elementKey } from '../bitrix24/crm/element.ts';
import type { Clock } from '../clock.ts';
import type { Checkpoint, Job, NewJob, Task } from './job.ts';
import type { JobStore } from './job-store.ts';
import type { Outcome } from './outcome.ts';
import type { OutcomeStore } from './outcome-store.ts';
import { type WakeDeps, wakePortal } from './wake-portal.ts';

export type RedriveDeps = {
  readonly jobs: Pick<JobStore, 'add' | 'markRedriven'>;
  readonly outcomes: Pick<OutcomeStore, 'ofJob'>;
  readonly wakeDeps: WakeDeps;
  readonly clock: Clock;
};

/**
 * Redrives a failed job: its planner goes through what it has not done, under ids of new jobs, so that the records of the
 * first one stay. Rules, exemptions and filters are weighed as for any job. Its workflow is not answered twice (D§3). Returns
 * the ids of the new jobs.
 *
 *   add new jobs (ids follow from the failed job's) ──▶ finish the failed job ──▶ wake the portal
 *   Repeated after a crash or a lost answer, or by two people at once, it adds the same ids, which the store knows by then.
 */
export async function redrive(job: Job, { jobs, outcomes, wakeDeps, clock }: RedriveDeps): Promise<string[]> {
  const again = newJobsOf(job, await outcomes.ofJob(job.portal, job.id), clock.now());
  for (const one of again) await jobs.add(one, clock.now());
  await jobs.markRedriven(job);
  await wakePortal(job.portal, wakeDeps);
  return again.map(({ id }) => id);
}

/** The id of the job that redrives another; `@` has a meaning in the ids of event jobs. */
export const redrivenId = (id: string): string => `redrive:${id.replaceAll('@', '+')}`;

/** The id of the job that was redriven first: each attempt has an id of its own. */
export const originalId = (id: string): string => id.replace(/^(redrive:)+/, '');

type Left = { readonly task: Task; readonly cursor?: Checkpoint };

function newJobsOf(job: Job, outcomes: readonly Outcome[], now: number): NewJob[] {
  const { portal, lane, trigger, cause } = job;
  const id = redrivenId(job.id);
  const left = whatIsLeft(job, outcomes, now);
  return left.map(({ task, ...cursor }) => ({
    portal,
    id: left.length === 1 ? id : `${id}:${nameOf(task)}`,
    lane,
    trigger,
    cause,
    task,
    ...cursor,
  }));
}

const nameOf = (task: Task): string => (task.kind === 'activity_changed' ? String(task.activityId) : task.kind);

/** What a job has not done: commands that failed, and what it never came to. */
function whatIsLeft(job: Job, outcomes: readonly Outcome[], now: number): Left[] {
  const { task } = job;
  const failed = outcomes.filter(({ status, id }) => status === 'failed' && id.includes('/unbind/'));
  switch (task.kind) {
    case 'unbind':
      return [leftToUnbind(job, task, outcomes, failed)];
    case 'sweep':
      // The rules decide anew on each activity; the rest of the portal was gone through.
      return failed.length > 0 && hasReachedAll(job, failed)
        ? [...new Set(failed.map(({ activityId }) => activityId))].map((activityId) => ({
            task: { kind: 'activity_changed', activityId },
          }))
        : [{ task: withTimeOfItsOwn(task, job, now) }];
    case 'plan':
      return [{ task: withTimeOfItsOwn(task, job, now) }];
    default:
      return [{ task }];
  }
}

type Unbind = Extract<Task, { kind: 'unbind' }>;

function leftToUnbind(job: Job, task: Unbind, outcomes: readonly Outcome[], failed: readonly Outcome[]): Left {
  const { activities, element } = task;
  if (activities !== 'all') {
    const own = outcomes.filter((outcome) => elementKey(outcome) === elementKey(element));
    const done = new Set(own.filter(({ status }) => status !== 'failed').map(({ activityId }) => activityId));
    return { task: { ...task, activities: activities.filter((id) => !done.has(id)) } };
  }
  const ids = failed.map(({ activityId }) => activityId);
  // Activities that came since were never asked for.
  if (ids.length > 0 && hasReachedAll(job, failed)) return { task: { ...task, activities: ids } };

  // Activities are gone through by their ids, and what was unbound is not found again.
  const { after, from } = job.cursor ?? {};
  const places = [...(job.cursor === null ? [] : [Number(from ?? after ?? 0)]), ...ids.map((id) => id - 1)];
  const passed = places.length > 0 ? Math.min(...places) : 0;
  return passed > 0 ? { task, cursor: { after: passed } } : { task };
}

/** A job that was given up before its end counts a failure more than it has commands that failed, or has a checkpoint. */
const hasReachedAll = ({ cursor, counts }: Job, failed: readonly Outcome[]): boolean =>
  cursor === null && (counts.failed ?? 0) <= failed.length;

/** A run that had until a certain time gets as long once more. */
const withTimeOfItsOwn = <T extends Extract<Task, { kind: 'sweep' | 'plan' }>>(
  task: T,
  { createdAt }: Job,
  now: number,
): T => (task.until === undefined ? task : { ...task, until: now + Math.max(0, task.until - createdAt) });
