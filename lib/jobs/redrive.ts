import { type Element, elementKey } from '../bitrix24/crm/element.ts';
import type { Clock } from '../clock.ts';
import type { Job, NewJob } from './job.ts';
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
 * Redrives a failed job: new jobs do again what failed of it, under ids of their own, so that the records of the first one
 * stay. Its workflow is not answered twice (D§3). Returns the ids of the new jobs; none when somebody else was first.
 *
 *   add new jobs (ids follow from the failed job's) ──▶ finish the failed job ──▶ wake the portal
 *   Repeated after a crash, it adds the same ids, which the store knows by then.
 */
export async function redrive(job: Job, { jobs, outcomes, wakeDeps, clock }: RedriveDeps): Promise<string[]> {
  const again = newJobsOf(job, await outcomes.ofJob(job.portal, job.id));
  for (const one of again) await jobs.add(one, clock.now());
  if (!(await jobs.markRedriven(job))) return [];
  await wakePortal(job.portal, wakeDeps);
  return again.map(({ id }) => id);
}

/** The id of the job that redrives another; `@` has a meaning in the ids of event jobs. */
export const redrivenId = (id: string): string => `redrive:${id.replaceAll('@', '+')}`;

/** Of a planned job only the failed commands are repeated; a job that failed before it was planned starts over. */
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
