import type { JobPart } from './intent.ts';
import type { Counts } from './job.ts';
import type { Progress } from './job-store.ts';
import type { Outcome, Status } from './outcome.ts';

/** Where a job stands after its part of a slice has ended. `outcomes` are those of the share's commands, in order. */
export function progressOfPart(share: JobPart, outcomes: readonly Outcome[], now: number): Progress {
  const { job, cursorAfter, owesAnswer } = share;
  const counts = outcomes.reduce(
    (sum, { status }) => plus(sum, status, 1),
    Object.entries(share.counts).reduce((sum, [status, count]) => plus(sum, status as Status, count), job.counts),
  );
  const ended = cursorAfter === null;
  return {
    phase: ended ? (owesAnswer ? 'answering' : endPhase(counts)) : 'waiting',
    cursor: cursorAfter,
    counts,
    code: job.code ?? share.code ?? outcomes.find(({ code }) => code !== null)?.code ?? null,
    // What goes on keeps its place in the lane, and the answers of the oldest jobs go first.
    dueAt: Math.min(job.dueAt, now),
  };
}

/** A job with a failed command is kept as failed, so that it can be driven again (D§3). */
export const endPhase = ({ failed = 0 }: Counts): 'failed' | 'finished' => (failed > 0 ? 'failed' : 'finished');

const plus = (counts: Counts, status: Status, more: number): Counts => ({
  ...counts,
  [status]: (counts[status] ?? 0) + more,
});
