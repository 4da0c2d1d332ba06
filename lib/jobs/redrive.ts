import { type Element, elementKey } from '../bitrix24/crm/element.ts';
import type { Clock } from '../clock.ts';
import type { Job, NewJob } from './job.ts';
import type { JobStore } from './job-store.ts';
import type { Outcome } from './outcome.ts';
import type { OutcomeStore } from './outcome-store.ts';
import { type WakeDeps, wakePortal } from './wake-portal.ts';

export type Redriving = {
  readonly jobs: Pick<JobStore, 'add' | 'redriven'>;
  readonly outcomes: Pick<OutcomeStore, 'ofJob'>;
  readonly wakeDeps: WakeDeps;
  readonly clock: Clock;
};

/**
 * Drives a failed job again: a new attempt at what failed of it, under ids of its own, so the records of the first one stay.
 * Its robot is not answered twice (D§3). Returns the ids of the new jobs; none when somebody else was first.
 *
 *   add new jobs (ids follow from the failed job's) ──▶ failed job is finished ──▶ ring
 *   A crash in between repeats the same ids, which are known by then.
 */
export async function redrive(job: Job, { jobs, outcomes, wakeDeps, clock }: Redriving): Promise<string[]> {
  const again = newJobsOf(job, await outcomes.ofJob(job.portal, job.id));
  for (const one of again) await jobs.add(one, clock.now());
  if (!(await jobs.redriven(job))) return [];
  await wakePortal(job.portal, wakeDeps);
  return again.map(({ id }) => id);
}

/** Of the job that does again what failed of another; `@` has a meaning in the ids of event jobs. */
export const redrivenId = (id: string): string => `redrive:${id.replaceAll('@', '+')}`;

/** What failed of a planned job are single commands; a job that failed before it was planned is done from its beginning. */
function newJobsOf(job: Job, outcomes: readonly Outcome[]): NewJob[] {
  const { portal, lane, trigger, cause, task } = job;
  const id = redrivenId(job.id);
  const base = { portal, lane, trigger, cause };
  const failed = outcomes.filter(({ status, id: command }) => status === 'failed' && command.includes('/unbind/'));
  if (failed.length === 0) return [{ ...base, id, task }];

  const byElement = Map.groupBy(failed, (outcome) => elementKey(outcome));
  return [...byElement].map(([key, ofElement]) => ({
    ...base,
    id: byElement.size === 1 ? id : `${id}:${key}`,
    task: { kind: 'unbind', element: elementOf(ofElement), activities: ofElement.map(idOf), filter: null },
  }));
}

const idOf = ({ activityId }: Outcome): number => activityId;

const elementOf = ([first]: readonly Outcome[]): Element => ({
  entityTypeId: first?.entityTypeId ?? 0,
  entityId: first?.entityId ?? 0,
});
