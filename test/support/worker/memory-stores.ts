import { type Element, sameElement } from '../../../lib/bitrix24/crm/element.ts';
import type { Intent, IntentStore } from '../../../lib/jobs/intent.ts';
import type { Job, Lane } from '../../../lib/jobs/job.ts';
import type { JobStore, Progress } from '../../../lib/jobs/job-store.ts';
import type { LastChange, LastChanges } from '../../../lib/jobs/last-changes.ts';
import type { Outcome } from '../../../lib/jobs/outcome.ts';
import type { OutcomeStore } from '../../../lib/jobs/outcome-store.ts';

const isOpen = ({ phase }: Job): boolean => phase === 'waiting' || phase === 'answering';

/** Jobs in memory, as far as a worker asks for them. */
export class MemoryJobs implements JobStore {
  readonly jobs = new Map<string, Job>();

  put(...jobs: readonly Job[]): void {
    for (const job of jobs) this.jobs.set(job.id, job);
  }

  async add(): Promise<boolean> {
    throw new Error('a worker adds no jobs');
  }

  async coalesce(): Promise<void> {
    throw new Error('a worker adds no jobs');
  }

  async take(jobs: readonly Job[]): Promise<Job[]> {
    return jobs.map(({ id }) => this.#get(id));
  }

  async due(_portal: string, lane: Lane, now: number, limit: number): Promise<Job[]> {
    return [...this.jobs.values()]
      .filter((job) => job.lane === lane && isOpen(job) && job.dueAt <= now)
      .toSorted((one, other) => one.dueAt - other.dueAt)
      .slice(0, limit);
  }

  async nextDueAt(): Promise<number | null> {
    const times = [...this.jobs.values()].filter(isOpen).map(({ dueAt }) => dueAt);
    return times.length > 0 ? Math.min(...times) : null;
  }

  async advance(job: Job, progress: Progress): Promise<void> {
    const stored = this.#get(job.id);
    if (stored.slice !== job.slice) return;
    const ended = progress.phase === 'finished' || progress.phase === 'failed';
    this.put({
      ...stored,
      ...progress,
      slice: job.slice + 1,
      begun: 0,
      ...(progress.phase === 'waiting' ? { failures: 0 } : {}),
      ...(ended ? { eventToken: null } : {}),
    });
  }

  async dropEventToken(job: Job): Promise<void> {
    this.put({ ...this.#get(job.id), eventToken: null, answerBy: null });
  }

  async *failed(): AsyncIterable<Job> {
    yield* [...this.jobs.values()].filter(({ phase }) => phase === 'failed');
  }

  async markRedriven(): Promise<boolean> {
    throw new Error('a worker redrives no jobs');
  }

  async postpone(job: Job, dueAt: number, failures: number, begun = 0): Promise<void> {
    this.put({ ...this.#get(job.id), dueAt, failures, begun });
  }

  async read(_portal: string, id: string): Promise<Job | null> {
    return this.jobs.get(id) ?? null;
  }

  inEpoch(): this {
    return this;
  }

  #get(id: string): Job {
    const job = this.jobs.get(id);
    if (job === undefined) throw new Error(`no job ${id}`);
    return job;
  }
}

export class MemoryOutcomes implements OutcomeStore, LastChanges {
  readonly outcomes = new Map<string, Outcome>();

  async record(outcomes: readonly Outcome[]): Promise<void> {
    for (const outcome of outcomes) if (!this.outcomes.has(outcome.id)) this.outcomes.set(outcome.id, outcome);
  }

  async known(_portal: string, ids: readonly string[]): Promise<ReadonlyMap<string, Outcome>> {
    return new Map([...this.outcomes].filter(([id]) => ids.includes(id)));
  }

  async pageOfJob(): Promise<Outcome[]> {
    throw new Error('a worker reads no pages');
  }

  async ofJob(_portal: string, jobId: string): Promise<Outcome[]> {
    return [...this.outcomes.values()].filter(({ id }) => id.startsWith(`${jobId}/`));
  }

  list(): AsyncIterable<Outcome> {
    throw new Error('a worker lists no outcomes');
  }

  async lastChange(_portal: string, activityId: number, element: Element): Promise<LastChange | null> {
    const changes = [...this.outcomes.values()].flatMap(({ id, status, at, ...outcome }) => {
      const isOfIt = outcome.activityId === activityId && sameElement(outcome, element);
      return isOfIt && (status === 'unbound' || status === 'bound')
        ? [{ command: id, status, at: Date.parse(at) }]
        : [];
    });
    return changes.toSorted((one, other) => other.at - one.at)[0] ?? null;
  }
}

export class MemoryIntents implements IntentStore {
  readonly intents = new Map<string, Intent>();
  /** Every write, in order. */
  readonly written: Intent[] = [];

  async write(intent: Intent): Promise<void> {
    this.written.push(intent);
    this.intents.set(intent.id, intent);
  }

  async close({ id }: Intent): Promise<void> {
    this.intents.delete(id);
  }

  async listOpen(): Promise<Intent[]> {
    return [...this.intents.values()];
  }

  inEpoch(): this {
    return this;
  }
}
