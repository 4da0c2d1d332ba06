import type { Clock } from '../../clock.ts';
import type { Job } from '../../jobs/job.ts';
import type { JobStore } from '../../jobs/job-store.ts';
import { NotNow } from '../../jobs/planner.ts';
import type { Run, RunEnd, RunStore } from './run-store.ts';

/** How soon a run that has to wait for another one looks again, ms. */
const LOOK_AGAIN_MS = 5_000;

export type AcquireRunDeps = { readonly runs: RunStore; readonly jobs: Pick<JobStore, 'read'>; readonly clock: Clock };

/** `stopping`: a person wants it to end now. */
export type AcquiredRun = Run & { readonly stopping: boolean };

/**
 * Makes the job the portal's run, or finds that it is; another one that is not over puts it off. `rules` are those of the
 * run from its beginning to its end.
 *
 *   run A  begin ───────── end
 *   run B     begin? later … begin ── end
 *   A run whose job ended without it (given up, removed) is no hindrance.
 *
 * The history is written first: a crash in between leaves a run in it that is about to begin.
 */
export async function acquireRun(
  { portal, id }: Pick<Job, 'portal' | 'id'>,
  rules: () => Promise<string>,
  { runs, jobs, clock }: AcquireRunDeps,
): Promise<AcquiredRun> {
  const [current, stopping] = await Promise.all([runs.current(portal), runs.isAskedToStop(portal, id)]);
  if (current?.id === id) return { ...current, stopping };
  const run: Run = { id, since: clock.now(), rules: await rules() };
  // What is not wanted any more need not wait for its turn.
  if (stopping) return { ...run, stopping };

  if (current !== null && !(await isOver(portal, current.id, jobs))) throw tryLater(clock);
  await runs.noteBegun(portal, run);
  if (!(await runs.begin(portal, run, current?.id ?? null))) throw tryLater(clock);
  return { ...run, stopping };
}

export type RunClosing = Pick<Run, 'id' | 'since'> & {
  readonly why: RunEnd;
  readonly done?: number;
  /** Bitrix24's, for what could not be read. */
  readonly code?: string | null;
};

/** Makes room for the portal's next run. Why this one has ended is noted first: a crash in between repeats both. */
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

const tryLater = (clock: Clock): NotNow => new NotNow(clock.now() + LOOK_AGAIN_MS, 'ANOTHER_RUN');
