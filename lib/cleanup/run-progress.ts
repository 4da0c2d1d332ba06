import type { Counts, Job } from '../jobs/job.ts';
import type { JobStore } from '../jobs/job-store.ts';
import type { PlanStore } from './runs/plan-store.ts';
import type { RunStore } from './runs/run-store.ts';
import { progressAt } from './sweep/sweep-checkpoint.ts';

/** How far a run has come. */
export type RunProgress = {
  readonly run: string;
  readonly kind: Job['task']['kind'];
  /** `queued`: it waits for another run of the portal. */
  readonly phase: 'queued' | 'running' | 'stopping' | 'finished' | 'failed';
  /** Finished commands, by status. */
  readonly counts: Counts;
  /** Items of a plan, or outcomes of a run, that are done. While a plan is made: the activities evaluated. */
  readonly done: number;
  /** null: not known yet. */
  readonly total: number | null;
  /**
   * How much is done, 0 to 1: `done` of `total`, or for a run that sweeps the portal an estimate, which is 1 only when it is
   * complete. null: not known yet, or no longer.
   */
  readonly share: number | null;
  readonly code: string | null;
};

export type ProgressDeps = {
  readonly jobs: Pick<JobStore, 'read'>;
  readonly plans: Pick<PlanStore, 'read'>;
  readonly runs: Pick<RunStore, 'current' | 'isAskedToStop'>;
};

/** null: there is no such job, or no longer. */
export async function runProgress(portal: string, run: string, deps: ProgressDeps): Promise<RunProgress | null> {
  const job = await deps.jobs.read(portal, run);
  if (job === null) return null;
  const { counts, code, task } = job;
  const [phase, { done, total, share }] = await Promise.all([phaseOf(job, deps), volumeOf(job, deps)]);
  return { run, kind: task.kind, phase, counts, done, total, share, code };
}

async function phaseOf({ portal, id, phase }: Job, { runs }: ProgressDeps): Promise<RunProgress['phase']> {
  if (phase === 'finished' || phase === 'failed') return phase;
  if (await runs.isAskedToStop(portal, id)) return 'stopping';
  return (await runs.current(portal))?.id === id ? 'running' : 'queued';
}

type ProgressFigures = Pick<RunProgress, 'done' | 'total' | 'share'>;

async function volumeOf(job: Job, deps: ProgressDeps): Promise<ProgressFigures> {
  const { portal, task, phase, cursor } = job;
  if (task.kind === 'plan') {
    const plan = await deps.plans.read(portal, task.plan);
    // A crash can take back what the plan says, as it is written before the job; but a job that is over has no checkpoint.
    const isOver = phase === 'finished' || phase === 'failed';
    return { done: plan?.weighed ?? 0, total: null, share: isOver ? (plan?.share ?? null) : progressAt(cursor) };
  }
  const { done, total } = await countedVolume(job, deps);
  if (task.kind !== 'sweep') return { done, total, share: total === null ? null : partOf(done, total) };
  return { done, total, share: phase === 'finished' && job.code === null ? 1 : progressAt(cursor) };
}

const partOf = (done: number, total: number): number => (total === 0 ? 1 : Math.min(1, done / total));

async function countedVolume({ portal, task, counts }: Job, { jobs, plans }: ProgressDeps) {
  const ended = Object.values(counts).reduce((sum, count) => sum + count, 0);
  if (task.kind === 'apply') {
    const plan = await plans.read(portal, task.plan);
    return { done: plan?.done ?? 0, total: plan?.items ?? null };
  }
  if (task.kind !== 'undo') return { done: ended, total: null };
  if ('outcomes' in task) return { done: ended, total: task.outcomes.length };
  if ('runs' in task) return { done: ended, total: Math.max(task.total, ended) };
  return { done: ended, total: (await jobs.read(portal, task.run))?.counts.unbound ?? null };
}
