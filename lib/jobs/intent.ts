import type { Attempt } from './attempt.ts';
import type { Checkpoint, Counts, Job } from './job.ts';

/** What an intent holds of one of its jobs: where that job continues when all its commands have ended. */
export type JobPart = {
  /** As it was when the intent was planned, without its eventToken: a credential is kept in one place only. */
  readonly job: Job;
  readonly owesAnswer: boolean;
  /** What ended during planning: skipped steps, or the planning as a whole (`failed`). */
  readonly counts: Counts;
  /** The error code met during planning. */
  readonly code: string | null;
  /** null: this intent finishes the job. */
  readonly cursorAfter: Checkpoint | null;
};

/**
 * Intent before call (D§3): the commands that are about to be tried, written before the request is sent and removed after
 * their outcomes and the jobs' progress are stored. A later process that finds an intent continues with it and never plans
 * it again. Stored as it is here: `shares` are the parts of jobs, `trials` the attempts.
 */
export type Intent = {
  readonly portal: string;
  readonly id: string;
  readonly shares: readonly JobPart[];
  readonly trials: readonly Attempt[];
};

/** Port: the open intents of a portal. Implemented over DynamoDB; at most 400 KB each. */
export interface IntentStore {
  /** Writes the intent as it is now, in one write. */
  write(intent: Intent): Promise<void>;
  close(intent: Intent): Promise<void>;
  /** All open intents of a portal, consistent. */
  listOpen(portal: string): Promise<Intent[]>;
  /** The same store for a worker that holds the lock in this epoch: intents that a later one has written stay as they are. */
  inEpoch(epoch: number): IntentStore;
}
