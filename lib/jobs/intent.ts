import type { Command } from './command.ts';
import type { Checkpoint, Counts, Job } from './job.ts';
import type { Trigger } from './outcome.ts';

/**
 * A command on its way to its outcome.
 *
 *   fresh ──send──▶ unanswered ──answer──▶ (outcome) | confirm | fresh
 *                        └─ no answer: `.list` decides, at the latest at `certainAt`
 *   confirm: BINDING_NOT_FOUND on a first attempt can be spurious (B§2.1), `.list` decides
 */
export type Attempt = {
  readonly command: Command;
  readonly state: 'fresh' | 'unanswered' | 'confirm';
  readonly trigger: Trigger;
  readonly cause: string;
  /** As in `Step`. */
  readonly rule?: string;
  /** REST calls made for it so far. */
  readonly attempts: number;
  /** Some attempt of ours got no answer: a binding that is gone now counts as removed by us (D§3). */
  readonly tried: boolean;
  /** To be asked in a request of its own: the batch's `"0"` (B§2.1). */
  readonly alone: boolean;
  /** ms; null before the first attempt. */
  readonly firstSentAt: number | null;
  /** From when on an unanswered attempt cannot take effect any more, ms: the portal cuts requests off at 60 s (B§8.3). */
  readonly certainAt: number | null;
  /** Not to be asked before, ms. */
  readonly notBefore: number;
};

/** What the slice is to one of its jobs: where that job goes on when all its commands have ended. */
export type JobPart = {
  /** As it was when the slice was planned, without its eventToken: a credential is kept in one place only. */
  readonly job: Job;
  readonly owesAnswer: boolean;
  /** What ended while it was planned: skipped steps, or the planning as a whole (`failed`). */
  readonly counts: Counts;
  /** The error code that the planning met. */
  readonly code: string | null;
  /** null: nothing is left of the job after this slice. */
  readonly cursorAfter: Checkpoint | null;
};

/**
 * Intent before call (D§3): commands that are about to be tried, written before the request is sent and removed after
 * outcomes and progress are stored. A later process that finds a slice goes on with it; it never plans it anew.
 */
export type Intent = {
  readonly portal: string;
  readonly id: string;
  readonly shares: readonly JobPart[];
  readonly trials: readonly Attempt[];
};
