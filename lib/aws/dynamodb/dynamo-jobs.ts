import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type Job, LANES, type Lane, type NewJob } from '../../jobs/job.ts';
import type { JobStore, Progress } from '../../jobs/job-store.ts';
import { expiresAt } from '../expires-at.ts';
import { FAILED_JOBS_PER_READ, MOST_EVENT_JOB_TRIES } from '../policy.ts';
import { CoalescedEvents } from './coalesced-events.ts';
import {
  assertFits,
  dueEnd,
  FAILED_END,
  FAILED_PREFIX,
  failedKey,
  jobOf,
  laneEnd,
  lanePrefix,
  newJobItem,
  queueKey,
  splitJobId,
} from './job-item.ts';
import { intentIsOpen, JobItems } from './job-items.ts';
import type { Condition } from './update-item.ts';

/** Trouble is counted from the last progress on: a long run may meet more of it, hours apart. */
const resetBy = ({ phase }: Progress) => (phase === 'waiting' ? { failures: 0 } : {});

export type DynamoJobsSettings = {
  readonly table: string;
  readonly keepDays: number;
  /** Makes the ids of event jobs' runs: unique, short, without `@`. */
  readonly newRun?: () => string;
};

/**
 * Jobs in DynamoDB, one item each, changed by conditional writes of that item alone. The index `queue` has no finished
 * jobs, so what is due is one consistent query, however many finished jobs are kept.
 */
export class DynamoJobs implements JobStore {
  readonly #client: DynamoDBDocumentClient;
  readonly #settings: DynamoJobsSettings;
  readonly #items: JobItems;
  readonly #events: CoalescedEvents;

  constructor(client: DynamoDBDocumentClient, settings: DynamoJobsSettings, epoch: number | null = null) {
    this.#client = client;
    this.#settings = settings;
    this.#items = new JobItems(client, settings.table, epoch);
    this.#events = new CoalescedEvents(this.#items, settings.newRun);
  }

  inEpoch(epoch: number): JobStore {
    return new DynamoJobs(this.#client, this.#settings, epoch);
  }

  add(job: NewJob, now: number): Promise<boolean> {
    return this.#items.put(newJobItem(job, now), 'attribute_not_exists(id)');
  }

  coalesce(job: NewJob, now: number): Promise<void> {
    return this.#events.add(job, now);
  }

  /**
   * `again` stays as it is, also when a run is taken once more: an event that came while an earlier intent was worked may
   * be about activities that this run has passed. The price is one run that finds nothing to do.
   */
  take(jobs: readonly Job[]): Promise<Job[]> {
    return Promise.all(jobs.map((job) => this.#events.take(job)));
  }

  async due(portal: string, lane: Lane, now: number, limit: number): Promise<Job[]> {
    const due: Job[] = [];
    for await (const job of this.#items.queued(portal, lanePrefix(lane), dueEnd(lane, now), limit)) {
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
    assertFits({ ...job, ...progress });
    if (progress.phase === 'waiting' || progress.phase === 'answering') {
      const queue = queueKey(job.lane, progress.dueAt, splitJobId(job.id).key);
      const set = { ...progress, queue, slice: job.slice + 1, begun: 0, ...resetBy(progress) };
      await this.#items.update(job, { set, only: intentIsOpen(job) });
      return;
    }
    for (let tries = 0; tries < MOST_EVENT_JOB_TRIES; tries += 1) {
      if (await this.#finish(job, progress, now)) return;

      const item = await this.#items.read(job.portal, job.id);
      if (item?.again === undefined || jobOf(item).id !== job.id || item.slice !== job.slice) return; // ended already
      if (await this.#events.runAgain(job, item, now)) return;
    }
    throw new Error('An event job changed too often to finish it');
  }

  async dropEventToken(job: Job): Promise<void> {
    await this.#items.update(job, {
      remove: ['eventToken', 'answerBy'],
      only: [{ attribute: 'eventToken', exists: true }],
    });
  }

  failed(portal: string): AsyncIterable<Job> {
    return this.#items.queued(portal, FAILED_PREFIX, FAILED_END, FAILED_JOBS_PER_READ);
  }

  markRedriven(job: Job): Promise<boolean> {
    return this.#items.update(job, {
      set: { phase: 'finished' },
      remove: ['queue'],
      only: [{ attribute: 'phase', is: 'failed' }],
    });
  }

  async postpone(job: Job, dueAt: number, failures: number, begun = 0): Promise<void> {
    const queue = queueKey(job.lane, dueAt, splitJobId(job.id).key);
    await this.#items.update(job, { set: { dueAt, queue, failures, begun }, only: intentIsOpen(job) });
  }

  async read(portal: string, id: string): Promise<Job | null> {
    const item = await this.#items.read(portal, id);
    if (item === null) return null;
    const job = jobOf(item);
    return job.id === id ? job : null;
  }

  #finish(job: Job, progress: Progress, now: number): Promise<boolean> {
    const over = { ...progress, slice: job.slice + 1, expiresAt: expiresAt(now, this.#settings.keepDays) };
    const only: Condition[] = [...intentIsOpen(job), { attribute: 'again', exists: false }];
    const answered = ['eventToken', 'taken'];
    if (progress.phase !== 'failed')
      return this.#items.update(job, { set: over, remove: ['queue', ...answered], only });
    const queue = failedKey(now, splitJobId(job.id).key);
    return this.#items.update(job, { set: { ...over, queue, dueAt: now }, remove: answered, only });
  }

  async #first(portal: string, lane: Lane): Promise<Job | null> {
    for await (const job of this.#items.queued(portal, lanePrefix(lane), laneEnd(lane), 1)) return job;
    return null;
  }
}
