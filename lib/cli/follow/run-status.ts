import { endOfCode } from '../../cleanup/runs/run-end-codes.ts';
import { type ProgressDeps, type RunProgress, runProgress } from '../../cleanup/runs/run-progress.ts';
import type { RunEnd, RunRecord, RunStore } from '../../cleanup/runs/run-store.ts';

/** How a run stands. `stopped`: a person has ended it before it was through. */
export type RunState = RunProgress['phase'] | 'stopped';

/** Why a run is over; `given_up`: its job could not be worked on any more. */
export type RunEnded = RunEnd | 'given_up';

export type RunStatus = RunProgress & {
  readonly status: RunState;
  /** null: it is not over, or it is so long ago that nobody knows. */
  readonly ended: RunEnded | null;
  /** ISO 8601; null: it has not begun, or it is so long ago that nobody knows. */
  readonly since: string | null;
  readonly endedAt: string | null;
};

export type RunStatusDeps = Omit<ProgressDeps, 'runs'> & {
  readonly runs: ProgressDeps['runs'] & Pick<RunStore, 'history'>;
};

/** null: there is no such run, or no longer. `history`: that of the portal, if it is at hand. */
export async function runStatus(
  portal: string,
  run: string,
  deps: RunStatusDeps,
  history?: readonly RunRecord[],
): Promise<RunStatus | null> {
  const progress = await runProgress(portal, run, deps);
  if (progress === null) return null;
  const records = history ?? (await deps.runs.history(portal));
  const record = records.find(({ id }) => id === run) ?? null;
  const ended = endOf(progress, record);
  const end = ended === null ? null : (record?.end ?? null);
  return {
    ...progress,
    // Later runs of the same plan are no progress of this one.
    done: end?.done ?? progress.done,
    share: ended === 'completed' ? 1 : progress.share,
    status: ended === 'stopped' && progress.phase === 'finished' ? 'stopped' : progress.phase,
    ended,
    // What it was refused to do is no reason for that.
    code: ended === 'unreadable' ? (end?.code ?? null) : progress.code,
    since: record === null ? null : timeOf(record.since),
    endedAt: end === null ? null : timeOf(end.at),
  };
}

/** What has ended is over when its job is: until then a crash may repeat it. */
function endOf({ phase, code }: RunProgress, record: RunRecord | null): RunEnded | null {
  if (phase !== 'finished' && phase !== 'failed') return null;
  if (record !== null && record.end !== null) return record.end.why;
  if (phase === 'failed') return 'given_up';
  // A run that is in the history no longer, or a job that is no run: its code tells, unless it holds another one.
  if (code === null) return 'completed';
  return endOfCode(code);
}

const timeOf = (ms: number): string => new Date(ms).toISOString();
