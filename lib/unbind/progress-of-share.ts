import type { Counts } from './job.ts';
import type { Progress } from './job-store.ts';
import type { Outcome, Status } from './outcome.ts';
import type { Share } from './slice.ts';

/** Where a job stands after its part of a slice has ended. `outcomes` are those of the share's commands, in order. */
export function progressOfShare(share: Share, outcomes: readonly Outcome[], now: number): Progress {
  const { job, cursorAfter, owesAnswer } = share;
  const counts = outcomes.reduce(
    (sum, { status }) => plus(sum, status, 1),
    Object.entries(share.counts).reduce((sum, [status, count]) => plus(sum, status as Status, count), job.counts),
  );
  const ended = cursorAfter === null;
  return {
    phase: ended ? (owesAnswer ? 'answering' : 'finished') : 'waiting',
    cursor: cursorAfter,
    counts,
    code: job.code ?? share.code ?? outcomes.find(({ code }) => code !== null)?.code ?? null,
    // What is unfinished keeps its place in the lane; a finished robot's answer is due at once.
    dueAt: ended ? now : job.dueAt,
  };
}

const plus = (counts: Counts, status: Status, more: number): Counts => ({
  ...counts,
  [status]: (counts[status] ?? 0) + more,
});
