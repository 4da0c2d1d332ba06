import { type Job, LANES, type Lane, type NewJob } from '../../jobs/job.ts';
import { JobTooLarge } from '../../jobs/job-too-large.ts';
import { MOST_JOB_BYTES } from '../../jobs/policy.ts';

/**
 * A job as it is stored. `queue` puts it into the index of unfinished jobs and is missing from finished ones. The item of
 * an event job is named for what the events are about; its successive runs, told apart by `run`, are jobs of their own
 * (D§2).
 */
export type JobItem = Omit<Job, 'eventToken' | 'answerBy' | 'begun' | 'events' | 'builtAt'> & {
  readonly begun?: number;
  readonly events?: number;
  readonly built?: ReadonlySet<number>;
  readonly eventToken?: string;
  readonly answerBy?: number;
  readonly queue?: string;
  readonly expiresAt?: number;
  /** Of the portal's lock, when a worker changed the item last. */
  readonly epoch?: number;
  readonly run?: string;
  /** Event jobs: the worker has begun this run. */
  readonly taken?: boolean;
  /** Event jobs: the cause of an event that came after the run was taken, so that another run follows. */
  readonly again?: string;
  /** How many such events there were. */
  readonly eventsAgain?: number;
  readonly builtAgain?: ReadonlySet<number>;
  /** Event jobs: which event was added last. */
  readonly addition?: string;
};

/** The item of a new job. `now` in ms. */
export function newJobItem(job: NewJob, now: number): JobItem {
  const { eventToken, answerBy, builtAt: _, cursor = null, ...asked } = job;
  return {
    ...asked,
    ...freshRun(job.lane, job.id, now),
    cursor,
    ...(eventToken === undefined ? {} : { eventToken }),
    ...(answerBy === undefined ? {} : { answerBy }),
  };
}

/** Throws `JobTooLarge` if the item would not fit beside its copy in the index. */
export function assertFits(item: object): void {
  const bytes = bytesOf(item);
  if (bytes > MOST_JOB_BYTES) throw new JobTooLarge(bytes);
}

/** The size of a value as DynamoDB counts it: text in UTF-8, a byte for two digits, and a little for each member. */
function bytesOf(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value === 'number') return Math.ceil(String(value).length / 2) + 2;
  if (typeof value !== 'object' || value === null) return 1;
  if (value instanceof Set) return bytesOf([...value]);
  const members = Array.isArray(value)
    ? value.map(bytesOf)
    : Object.entries(value).map(([name, of]) => Buffer.byteLength(name) + bytesOf(of));
  return members.reduce((sum, bytes) => sum + bytes + 1, 3);
}

/** What every new job, and every new run of an event job, starts with. */
export const freshRun = (lane: Lane, id: string, now: number) => ({
  phase: 'waiting' as const,
  createdAt: now,
  dueAt: now,
  queue: queueKey(lane, now, id),
  slice: 0,
  cursor: null,
  counts: {},
  code: null,
  failures: 0,
  begun: 0,
});

/** Sorts the jobs of a lane in the order in which they are due. */
export const queueKey = (lane: Lane, dueAt: number, id: string): string => `${lanePrefix(lane)}${padded(dueAt)}#${id}`;

/** The part of a queue key that all jobs of a lane share. */
export const lanePrefix = (lane: Lane): string => `${LANES.indexOf(lane)}#`;

/** Failed jobs stay in the index, after all lanes, by the time of their failure. */
export const FAILED_PREFIX = '9#';
export const FAILED_END = '9$';
export const failedKey = (at: number, id: string): string => `${FAILED_PREFIX}${padded(at)}#${id}`;

/** After all jobs of a lane: `$` is the character after `#`. */
export const laneEnd = (lane: Lane): string => `${LANES.indexOf(lane)}$`;

/** After the jobs of a lane that are due at `now`. */
export const dueEnd = (lane: Lane, now: number): string => `${lanePrefix(lane)}${padded(now)}$`;

const padded = (ms: number): string => String(Math.max(0, Math.floor(ms))).padStart(15, '0');

/** The job that an item stands for. The id of an event job is `<item's id>@<run>`. */
export function jobOf(item: JobItem): Job {
  return {
    portal: item.portal,
    id: item.run === undefined ? item.id : `${item.id}@${item.run}`,
    lane: item.lane,
    trigger: item.trigger,
    cause: item.cause,
    task: item.task,
    phase: item.phase,
    events: item.events ?? 0,
    builtAt: [...(item.built ?? [])],
    createdAt: item.createdAt,
    dueAt: item.dueAt,
    slice: item.slice,
    cursor: item.cursor,
    counts: item.counts,
    code: item.code,
    failures: item.failures,
    begun: item.begun ?? 0,
    eventToken: item.eventToken ?? null,
    answerBy: item.answerBy ?? null,
  };
}

/** The id of a job's item, and its run: only the ids of event jobs have an `@`. */
export function splitJobId(jobId: string): { readonly key: string; readonly run: string | null } {
  const at = jobId.lastIndexOf('@');
  return at < 0 ? { key: jobId, run: null } : { key: jobId.slice(0, at), run: jobId.slice(at + 1) };
}
