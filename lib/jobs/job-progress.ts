import type { JobPart } from './intent.ts';
import type { Counts, Job } from './job.ts';
import type { JobStore, Progress } from './job-store.ts';
import type { Outcome, Status } from './outcome.ts';

/** Where a job stands after its part of an intent has ended. `outcomes` are those of the part's commands, in order. */
export function progressOfPart(part: JobPart, outcomes: readonly Outcome[], now: number): Progress {
  const { job, cursorAfter, owesAnswer } = part;
  const counts = outcomes.reduce(
    (sum, { status }) => plus(sum, status, 1),
    Object.entries(part.counts).reduce((sum, [status, count]) => plus(sum, status as Status, count), job.counts),
  );
  const ended = cursorAfter === null;
  return {
    phase: ended ? (owesAnswer ? 'answering' : endPhase(counts)) : 'waiting',
    cursor: cursorAfter,
    counts,
    code: job.code ?? part.code ?? outcomes.find(({ code }) => code !== null)?.code ?? null,
    // A job that continues keeps its position in the lane, and the answers of the oldest jobs go first.
    dueAt: Math.min(job.dueAt, now),
  };
}

/** Ends a job whose work is done and whose workflow needs no answer any more. */
export async function finishAnsweredJob(jobs: Pick<JobStore, 'advance'>, job: Job, now: number): Promise<void> {
  const { cursor, counts, code } = job;
  await jobs.advance(job, { phase: endPhase(counts), cursor, counts, code, dueAt: now }, now);
}

/** A job with a failed command is kept as failed, so that it can be redriven (D§3). */
const endPhase = ({ failed = 0 }: Counts): 'failed' | 'finished' => (failed > 0 ? 'failed' : 'finished');

const plus = (counts: Counts, status: Status, more: number): Counts => ({
  ...counts,
  [status]: (counts[status] ?? 0) + more,
});
