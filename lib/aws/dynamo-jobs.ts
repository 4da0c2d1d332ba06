import { randomUUID } from 'node:crypto';
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { type Job, LANES, type Lane, type NewJob } from '../unbind/job.ts';
import type { JobStore, Progress } from '../unbind/job-store.ts';
import { type Condition, unlessConditionFails, updatedItem, updateItem } from './item-update.ts';
import {
  dueEnd,
  FAILED_END,
  FAILED_PREFIX,
  failedKey,
  freshRun,
  type JobItem,
  jobOf,
  laneEnd,
  lanePrefix,
  newJobItem,
  placeOf,
  queueKey,
} from './job-item.ts';
import { jobsInQueue } from './jobs-in-queue.ts';

const DAY_SECONDS = 86_400;

/** Rounds of a slot's state machine before giving up; each lost round means that somebody else changed the slot. */
const SLOT_ROUNDS = 10;

/** A failed run makes room for the next one, which looks at the portal anew. */
const FREE_SLOT = 'attribute_not_exists(queue) OR begins_with(queue, :failed)';

/** An event that does not say when it was built. */
const UNSAID = 0;
const MOST_BUILT = 100;
/** Where an event is counted, and what else is set. */
type Counting = {
  readonly set: { readonly [attribute: string]: string };
  readonly events: string;
  readonly built: string;
};

const UNFINISHED: Condition = { attribute: 'queue', exists: true };

export type DynamoJobsSettings = {
  readonly table: string;
  readonly keepDays: number;
  /** Names the runs of a slot; unique, short, without `@`. */
  readonly newRun?: () => string;
};

/**
 * Jobs in DynamoDB, one item each, changed by conditional writes of that item alone. The index `queue` holds exactly the
 * unfinished ones, so what is due is one consistent query however many finished jobs are still kept.
 */
export class DynamoJobs implements JobStore {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;
  readonly #keepDays: number;
  readonly #newRun: () => string;

  constructor(
    client: DynamoDBDocumentClient,
    { table, keepDays, newRun = () => randomUUID().slice(0, 8) }: DynamoJobsSettings,
  ) {
    this.#client = client;
    this.#table = table;
    this.#keepDays = keepDays;
    this.#newRun = newRun;
  }

  add(job: NewJob, now: number): Promise<boolean> {
    return this.#put(newJobItem(job, now), 'attribute_not_exists(id)');
  }

  /**
   * Three cases, each decided by one conditional write:
   *
   *   slot absent or finished  → a new run
   *   run taken                → `again`: the run may have read the portal before this event
   *   run waits untouched      → counted: it will be taken, and will read the portal, after this
   */
  async coalesce(job: NewJob, now: number): Promise<void> {
    for (let round = 0; round < SLOT_ROUNDS; round++) {
      const fresh = {
        ...newJobItem(job, now),
        run: this.#newRun(),
        events: 1,
        built: new Set([job.builtAt ?? UNSAID]),
      };
      if (await this.#put(fresh, FREE_SLOT, { ':failed': FAILED_PREFIX })) return;
      const again = { set: { again: job.cause }, events: 'eventsAgain', built: 'builtAgain' };
      if (await this.#count(job, again, { attribute: 'taken', is: true })) return;
      const waiting = { set: {}, events: 'events', built: 'built' };
      if (await this.#count(job, waiting, { attribute: 'taken', exists: false })) return;
    }
    throw new Error('The slot of an event job changed too often to add to it');
  }

  /**
   * `again` is left as it is, also when a run is taken once more: an event that came while an earlier slice was worked may
   * be about activities that this run has passed. The price is one look that finds nothing to do.
   */
  take(jobs: readonly Job[]): Promise<Job[]> {
    return Promise.all(jobs.map((job) => this.#takeRun(job)));
  }

  async due(portal: string, lane: Lane, now: number, limit: number): Promise<Job[]> {
    const due: Job[] = [];
    for await (const job of this.#queued(portal, lanePrefix(lane), dueEnd(lane, now), limit)) {
      if (due.push(job) >= limit) break;
    }
    return due;
  }

  async nextDueAt(portal: string): Promise<number | null> {
    const firsts = await Promise.all(LANES.map((lane) => this.#first(portal, lane)));
    const times = firsts.flatMap((job) => (job === null ? [] : [job.dueAt]));
    return times.length === 0 ? null : Math.min(...times);
  }

  async advance(job: Job, progress: Progress, now: number): Promise<void> {
    if (progress.phase === 'waiting' || progress.phase === 'answering') {
      const queue = queueKey(job.lane, progress.dueAt, placeOf(job.id).key);
      await this.#update(job, { ...progress, queue, slice: job.slice + 1, begun: 0 }, [], sliceIsOpen(job));
      return;
    }
    for (let round = 0; round < SLOT_ROUNDS; round++) {
      if (await this.#finish(job, progress, now)) return;

      const item = await this.#get(job.portal, placeOf(job.id).key);
      if (item?.again === undefined || jobOf(item).id !== job.id || item.slice !== job.slice) return; // ended already
      if (await this.#runAgain(job, item, now)) return;
    }
    throw new Error('The slot of an event job changed too often to finish it');
  }

  async answered(job: Job): Promise<void> {
    await this.#update(job, {}, ['eventToken', 'answerBy'], [{ attribute: 'eventToken', exists: true }]);
  }

  failed(portal: string): AsyncIterable<Job> {
    return this.#queued(portal, FAILED_PREFIX, FAILED_END, 100);
  }

  redriven(job: Job): Promise<boolean> {
    return this.#update(job, { phase: 'finished' }, ['queue'], [{ attribute: 'phase', is: 'failed' }]);
  }

  async postpone(job: Job, dueAt: number, failures: number, begun = 0): Promise<void> {
    const queue = queueKey(job.lane, dueAt, placeOf(job.id).key);
    await this.#update(job, { dueAt, queue, failures, begun }, [], sliceIsOpen(job));
  }

  async read(portal: string, id: string): Promise<Job | null> {
    const item = await this.#get(portal, placeOf(id).key);
    if (item === null) return null;
    const job = jobOf(item);
    return job.id === id ? job : null;
  }

  #put(Item: JobItem, ConditionExpression: string, ExpressionAttributeValues?: Record<string, string>) {
    const command = new PutCommand({ TableName: this.#table, Item, ConditionExpression, ExpressionAttributeValues });
    return unlessConditionFails(() => this.#client.send(command));
  }

  /** Of very many events nobody wants to know when each was built. */
  async #count({ portal, id, builtAt }: NewJob, { set, events, built }: Counting, when: Condition): Promise<boolean> {
    const key = { portal, id };
    const count = (time: number, only: readonly Condition[]) =>
      updateItem(this.#client, { table: this.#table, key, set, add: { [events]: 1, [built]: new Set([time]) }, only });
    const only = [when, UNFINISHED];
    if (await count(builtAt ?? UNSAID, [...only, { attribute: built, fewerThan: MOST_BUILT }])) return true;
    return await count(UNSAID, only);
  }

  /** Counts the events that came since the job was read. */
  async #takeRun(job: Job): Promise<Job> {
    const { key, run } = placeOf(job.id);
    if (run === null) return job;
    const only: Condition[] = [UNFINISHED, { attribute: 'run', is: run }];
    const where = { table: this.#table, key: { portal: job.portal, id: key } };
    const item = await updatedItem(this.#client, { ...where, set: { taken: true }, only });
    if (item === null) return job;
    const { events, builtAt } = jobOf(item as JobItem); // written by this file alone
    return { ...job, events, builtAt };
  }

  #finish(job: Job, progress: Progress, now: number): Promise<boolean> {
    const set = { ...progress, slice: job.slice + 1, expiresAt: Math.ceil(now / 1000) + this.#keepDays * DAY_SECONDS };
    const only: Condition[] = [...sliceIsOpen(job), { attribute: 'again', exists: false }];
    const failed = progress.phase === 'failed';
    const queue = failed ? { queue: failedKey(now, placeOf(job.id).key), dueAt: now } : {};
    return this.#update(job, { ...set, ...queue }, [...(failed ? [] : ['queue']), 'eventToken', 'taken'], only);
  }

  #runAgain(
    job: Job,
    { again: cause, eventsAgain = 0, builtAgain = new Set([UNSAID]) }: JobItem,
    now: number,
  ): Promise<boolean> {
    const { key } = placeOf(job.id);
    const events = { events: eventsAgain, built: builtAgain };
    const set = { ...freshRun(job.lane, key, now), ...events, cause, run: this.#newRun() };
    // Should another event come in between, it is to be counted as well.
    const counted: Condition[] = [
      { attribute: 'again', exists: true },
      { attribute: 'eventsAgain', atMost: eventsAgain },
    ];
    return this.#update(job, set, ['taken', 'again', 'eventsAgain', 'builtAgain'], [...sliceIsOpen(job), ...counted]);
  }

  #update(job: Job, set: object, remove: readonly string[], only: readonly Condition[]): Promise<boolean> {
    const { key, run } = placeOf(job.id);
    const sameRun: Condition[] = run === null ? [] : [{ attribute: 'run', is: run }];
    return updateItem(this.#client, {
      table: this.#table,
      key: { portal: job.portal, id: key },
      set: { ...set },
      remove,
      only: [...only, ...sameRun],
    });
  }

  async #get(portal: string, id: string): Promise<JobItem | null> {
    const Key = { portal, id };
    const { Item } = await this.#client.send(new GetCommand({ TableName: this.#table, Key, ConsistentRead: true }));
    return (Item as JobItem | undefined) ?? null; // written by this file alone
  }

  async #first(portal: string, lane: Lane): Promise<Job | null> {
    for await (const job of this.#queued(portal, lanePrefix(lane), laneEnd(lane), 1)) return job;
    return null;
  }

  #queued(portal: string, first: string, last: string, pageSize: number): AsyncIterable<Job> {
    return jobsInQueue(this.#client, { table: this.#table, portal, first, last, pageSize });
  }
}

/** The slice that this copy of the job is about has not been ended by anybody yet. */
const sliceIsOpen = ({ slice }: Job): Condition[] => [{ attribute: 'slice', is: slice }, UNFINISHED];
