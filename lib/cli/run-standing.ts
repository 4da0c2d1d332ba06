import { type ProgressMeans, type RunProgress, runProgress } from '../cleanup/run-progress.ts';

/** How a run stands. `stopped`: a person has ended it before it was through. */
export type RunStatus = RunProgress['phase'] | 'stopped';

export type RunStanding = RunProgress & { readonly status: RunStatus };

/**
 * null: there is no such run, or no longer. A run that was to end and is over has been stopped, unless everything is done
 * all the same: its code does not tell, as it is the first one met.
 */
export async function runStanding(portal: string, run: string, means: ProgressMeans): Promise<RunStanding | null> {
  const progress = await runProgress(portal, run, means);
  if (progress === null) return null;
  const { phase, done, total } = progress;
  const isThrough = total !== null && done >= total;
  const stopped = phase === 'finished' && !isThrough && (await means.runs.isAskedToStop(portal, run));
  return { ...progress, status: stopped ? 'stopped' : phase };
}
