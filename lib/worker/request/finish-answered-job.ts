import type { Job } from '../../jobs/job.ts';
import { endPhase } from '../../jobs/job-progress.ts';
import type { Session } from './session.ts';

/** Ends a job of which nothing is left but that its workflow has been answered. */
export async function endAnswered({ ports }: Session, job: Job): Promise<void> {
  const { cursor, counts, code } = job;
  const now = ports.clock.now();
  await ports.jobs.advance(job, { phase: endPhase(counts), cursor, counts, code, dueAt: now }, now);
}
