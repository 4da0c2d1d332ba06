import type { Checkpoint, Counts, Job, Lane, NewJob } from './job.ts';

/** The end of one slice of a job. */
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
 * Event jobs coalesce: one element has one slot. While its job waits untouched, further events are only counted; once it was
 * taken, an event makes the slot wait again after the job's end, under a new id (D§2).
 *
 *   event ──▶ waiting ──take──▶ taken ──finish──▶ finished ──event──▶ waiting (new id)
 *                ▲  event: counted │ event: counted for another run
 *                └────── finish ◀──┘ (new id, due at once)
 */
export interface JobStore {
  /** False: a job with this id is known already (a repeated delivery), nothing was written. */
  add(job: NewJob, now: number): Promise<boolean>;

  /** Adds to the slot named by `job.id`; the job that results has an id of its own, starting with the slot's. */
  coalesce(job: NewJob, now: number): Promise<void>;

  /**
   * Says that work on coalesced jobs begins: later events of the same element ask for another run. Returns all of the jobs,
   * in their order, with every event counted that came before this; other jobs are left alone.
   */
  take(jobs: readonly Job[]): Promise<Job[]>;

  /** Up to `limit` unfinished jobs of a lane that are due at `now`, earliest first. Consistent. */
  due(portal: string, lane: Lane, now: number, limit: number): Promise<Job[]>;

  /** When the earliest unfinished job of the portal is due, ms; null when there is none. Consistent. */
  nextDueAt(portal: string): Promise<number | null>;

  /**
   * Ends slice `job.slice` (conditional on it, so a slice counts once): stores the progress and raises `slice` by one.
   * With the phase `finished` or `failed` the job leaves the lanes, its eventToken is dropped, and it expires later.
   */
  advance(job: Job, progress: Progress, now: number): Promise<void>;

  /** The workflow was answered before the job's end: its eventToken is dropped. */
  answered(job: Job): Promise<void>;

  /** The failed jobs of a portal, the earliest failure first; `dueAt` says when each failed. */
  failed(portal: string): AsyncIterable<Job>;
  /** A failed job was driven again under other ids: it is finished. False: it is not failed (any more). */
  redriven(job: Job): Promise<boolean>;

  /** Puts a job off without progress. `failures` and `begun` are stored as given. */
  postpone(job: Job, dueAt: number, failures: number, begun?: number): Promise<void>;

  read(portal: string, id: string): Promise<Job | null>;
}
