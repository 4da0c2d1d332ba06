import type { Counts, Job } from '../unbind/job.ts';
import type { JobStore } from '../unbind/job-store.ts';
import type { PlanStore } from './plan-store.ts';
import type { RunStore } from './run-store.ts';

/** How far a run is. */
export type RunProgress = {
  readonly run: string;
  readonly kind: Job['task']['kind'];
  /** `queued`: another run of the portal is first. */
  readonly phase: 'queued' | 'running' | 'stopping' | 'finished' | 'failed';
  /** Commands that have ended, by status. */
  readonly counts: Counts;
  /** Of what is to be done: items of a plan, outcomes of a run. A plan counts the activities that it has weighed. */
  readonly done: number;
  /** null: nobody knows yet. */
  readonly total: number | null;
  readonly code: string | null;
};

export type ProgressMeans = {
  readonly jobs: Pick<JobStore, 'read'>;
  readonly plans: Pick<PlanStore, 'read'>;
  readonly runs: Pick<RunStore, 'current' | 'isAskedToStop'>;
};

/** null: there is no such job, or no longer. */
export async function runProgress(portal: string, run: string, means: ProgressMeans): Promise<RunProgress | null> {
  const job = await means.jobs.read(portal, run);
  if (job === null) return null;
  const { counts, code, task } = job;
  const [phase, { done, total }] = await Promise.all([phaseOf(job, means), extentOf(job, means)]);
  return { run, kind: task.kind, phase, counts, done, total, code };
}

async function phaseOf({ portal, id, phase }: Job, { runs }: ProgressMeans): Promise<RunProgress['phase']> {
  if (phase === 'finished' || phase === 'failed') return phase;
  if (await runs.isAskedToStop(portal, id)) return 'stopping';
  return (await runs.current(portal))?.id === id ? 'running' : 'queued';
}

async function extentOf({ portal, task, counts }: Job, { jobs, plans }: ProgressMeans) {
  const ended = Object.values(counts).reduce((sum, count) => sum + count, 0);
  if (task.kind === 'plan') return { done: (await plans.read(portal, task.plan))?.weighed ?? 0, total: null };
  if (task.kind === 'apply') {
    const plan = await plans.read(portal, task.plan);
    return { done: plan?.done ?? 0, total: plan?.items ?? null };
  }
  if (task.kind !== 'undo') return { done: ended, total: null };
  if ('outcomes' in task) return { done: ended, total: task.outcomes.length };
  return { done: ended, total: (await jobs.read(portal, task.run))?.counts.unbound ?? null };
}
