import type { Clock } from '../../clock.ts';
import type { Job } from '../../jobs/job.ts';
import type { JobStore } from '../../jobs/job-store.ts';
import { NotNow } from '../../jobs/planner.ts';
import { ANOTHER_RUN_RETRY_MS } from '../policy.ts';
import type { Run, RunEnd, RunStore } from './run-store.ts';

export type AcquireRunDeps = { readonly runs: RunStore; readonly jobs: Pick<JobStore, 'read'>; readonly clock: Clock };

/** `stopping`: a person asked it to end now. */
export type AcquiredRun = Run & { readonly stopping: boolean };

/**
 * Makes the job the portal's run, unless it is already; throws `NotNow` while another run is not over. The rules that the run
 * begins with stay its rules to the end.
 *
 *   run A  begin ───────── end
 *   run B     begin? later … begin ── end
 *   A run whose job is over without having ended it (given up, removed) does not block others.
 *
 * The history is written first: a crash in between leaves a run there that is about to begin.
 */
export async function acquireRun(
  { portal, id }: Pick<Job, 'portal' | 'id'>,
  rules: () => Promise<string>,
  { runs, jobs, clock }: AcquireRunDeps,
): Promise<AcquiredRun> {
  const [current, stopping] = await Promise.all([runs.current(portal), runs.isAskedToStop(portal, id)]);
  if (current?.id === id) return { ...current, stopping };
  const run: Run = { id, since: clock.now(), rules: await rules() };
  // A run that is no longer wanted need not wait to end.
  if (stopping) return { ...run, stopping };

  if (current !== null && !(await isOver(portal, current.id, jobs))) throw tryLater(clock);
  await runs.noteBegun(portal, run);
  if (!(await runs.begin(portal, run, current?.id ?? null))) throw tryLater(clock);
  return { ...run, stopping };
}

export type RunClosing = Pick<Run, 'id' | 'since'> & {
  readonly why: RunEnd;
  readonly done?: number;
  /** Bitrix24's code for what could not be read. */
  readonly code?: string | null;
};

/** Ends the portal's run. The history is written first: a crash in between repeats both. */
export async function closeRun(
  portal: string,
  { id, since, why, done, code }: RunClosing,
  { runs, clock }: Pick<AcquireRunDeps, 'runs' | 'clock'>,
): Promise<void> {
  await runs.noteEnded(portal, { id, since }, { at: clock.now(), why, done: done ?? null, code: code ?? null });
  await runs.end(portal, id);
}

export async function isOver(portal: string, id: string, jobs: Pick<JobStore, 'read'>): Promise<boolean> {
  const phase = (await jobs.read(portal, id))?.phase ?? 'finished';
  return phase === 'finished' || phase === 'failed';
}

const tryLater = (clock: Clock): NotNow => new NotNow(clock.now() + ANOTHER_RUN_RETRY_MS, 'ANOTHER_RUN');
