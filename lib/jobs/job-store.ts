import type { Checkpoint, Counts, Job, Lane, NewJob } from './job.ts';

/** Where a job stands after one of its intents has ended. */
export type Progress = {
  readonly phase: Job['phase'];
  readonly cursor: Checkpoint | null;
  readonly counts: Counts;
  readonly code: string | null;
  /** ms */
  readonly dueAt: number;
};

/**
 * Port: the durable jobs of the portals. Implemented over DynamoDB.
 *
 * Event jobs coalesce: one element has one slot. While its job waits untouched, further events are only counted; once the
 * job was taken, an event makes the slot wait again after the job's end, under a new id (D§2).
 *
 *   event ──▶ waiting ──take──▶ taken ──finish──▶ finished ──event──▶ waiting (new id)
 *                ▲  event: counted │ event: counted for another run
 *                └────── finish ◀──┘ (new id, due at once)
 */
export interface JobStore {
  /** False: a job with this id exists already (a repeated delivery), and nothing was written. */
  add(job: NewJob, now: number): Promise<boolean>;

  /** Adds an event to the slot named by `job.id`; the resulting job has an id of its own, starting with the slot's. */
  coalesce(job: NewJob, now: number): Promise<void>;

  /**
   * Notes that work on coalesced jobs begins: later events of the same element ask for another run. Returns all of the jobs
   * in their order, with every event counted that came before this; jobs of other kinds are returned unchanged.
   */
  take(jobs: readonly Job[]): Promise<Job[]>;

  /** Up to `limit` unfinished jobs of a lane that are due at `now`, earliest first. Consistent. */
  due(portal: string, lane: Lane, now: number, limit: number): Promise<Job[]>;

  /** When the earliest unfinished job of the portal is due, ms; null when there is none. Consistent. */
  nextDueAt(portal: string): Promise<number | null>;

  /**
   * Stores the progress and raises `job.slice` by one, on condition that it is unchanged, so that an intent counts once.
   * With the phase `finished` or `failed` the job leaves the lanes, its eventToken is dropped, and it expires later.
   */
  advance(job: Job, progress: Progress, now: number): Promise<void>;

  /** The workflow was answered before the job's end: the job forgets its eventToken and owes no answer any more. */
  dropEventToken(job: Job): Promise<void>;

  /** The failed jobs of a portal, earliest failure first; `dueAt` is when each failed. */
  failed(portal: string): AsyncIterable<Job>;
  /** Finishes a failed job that was redriven under other ids. False: it is not failed (any more). */
  markRedriven(job: Job): Promise<boolean>;

  /** Postpones a job without progress. `failures` and `begun` are stored as given. */
  postpone(job: Job, dueAt: number, failures: number, begun?: number): Promise<void>;

  read(portal: string, id: string): Promise<Job | null>;

  /** The same store for a worker that holds the lock in this epoch: jobs that a later one has changed stay as they are. */
  inEpoch(epoch: number): JobStore;
}
