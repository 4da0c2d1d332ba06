import { type ProgressDeps, type RunProgress, runProgress } from '../../cleanup/run-progress.ts';
import { endOfCode } from '../../cleanup/runs/run-end-codes.ts';
import type { RunEnd, RunRecord, RunStore } from '../../cleanup/runs/run-store.ts';

/** The state of a run. `stopped`: a person ended it before it was completed. */
export type RunState = RunProgress['phase'] | 'stopped';

/** Why a run is over; `given_up`: its job failed for good. */
export type RunEnded = RunEnd | 'given_up';

export type RunStatus = RunProgress & {
  readonly status: RunState;
  /** null: not over, or so long ago that it is no longer recorded. */
  readonly ended: RunEnded | null;
  /** ISO 8601; null: not started, or so long ago that it is no longer recorded. */
  readonly since: string | null;
  readonly endedAt: string | null;
};

export type RunStatusDeps = Omit<ProgressDeps, 'runs'> & {
  readonly runs: ProgressDeps['runs'] & Pick<RunStore, 'history'>;
};

/** null: there is no such run, or no longer. `history`: that of the portal, if the caller has it already. */
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
    // Later runs of the same plan do not count as progress of this one.
    done: end?.done ?? progress.done,
    share: ended === 'completed' ? 1 : progress.share,
    status: ended === 'stopped' && progress.phase === 'finished' ? 'stopped' : progress.phase,
    ended,
    // A refused change is not the reason why something was unreadable.
    code: ended === 'unreadable' ? (end?.code ?? null) : progress.code,
    since: record === null ? null : timeOf(record.since),
    endedAt: end === null ? null : timeOf(end.at),
  };
}

/** A run is over only when its job is: until then a crash may repeat its end. */
function endOf({ phase, code }: RunProgress, record: RunRecord | null): RunEnded | null {
  if (phase !== 'finished' && phase !== 'failed') return null;
  if (record !== null && record.end !== null) return record.end.why;
  if (phase === 'failed') return 'given_up';
  // No longer in the history, or a job that is not a run: the code of the job tells, unless it is one of Bitrix24's.
  if (code === null) return 'completed';
  return endOfCode(code);
}

const timeOf = (ms: number): string => new Date(ms).toISOString();
