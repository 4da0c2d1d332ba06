import { randomUUID } from 'node:crypto';
import type { Job, NewJob } from '../../jobs/job.ts';
import { MOST_EVENT_JOB_TRIES, MOST_EVENT_TIMES } from '../policy.ts';
import { FAILED_PREFIX, freshRun, type JobItem, jobOf, newJobItem, splitJobId } from './job-item.ts';
import { intentIsOpen, type JobItems, UNFINISHED } from './job-items.ts';
import type { Condition } from './update-item.ts';

/** There is no unfinished run. A failed one makes room too: the next one looks at the portal again. */
const NO_RUN = 'attribute_not_exists(queue) OR begins_with(queue, :failed)';

/** Stands for the time of an event that does not say when it was built. */
const NOT_SAID = 0;

/**
 * Event jobs (D§2): one item for all events about the same element or activity. Its successive runs are jobs of their own.
 * Events that arrive before a run is taken are counted in it, with the times at which the portal built them.
 */
export class CoalescedEvents {
  readonly #items: JobItems;
  readonly #newRun: () => string;

  /** `newRun` makes the ids of runs: unique, short, without `@`. */
  constructor(items: JobItems, newRun: () => string = () => randomUUID().slice(0, 8)) {
    this.#items = items;
    this.#newRun = newRun;
  }

  /**
   * Three cases, each decided by one conditional write, so that no event falls between two runs:
   *
   *   no unfinished run     →  a new run
   *   run not taken yet     →  counted in it: the run will be taken, and will read the portal, after this
   *   run taken already     →  `again`: it may have read the portal before this event, so another run follows
   *
   *   event 1  new run ─┐                                          event 3: taken? yes ─ `again` noted
   *   event 2           └ taken? no ─ counted: 2                        │
   *   worker                                 takes the run ─ reads the portal ─ finish: `again`? yes ─ the next run
   *
   * If the worker takes or finishes the run between the read and the write of an event, the write's condition fails, and
   * the event is added once more, to what is there now.
   */
  async add(job: NewJob, now: number): Promise<void> {
    const built = new Set([job.builtAt ?? NOT_SAID]);
    const addition = randomUUID();
    for (let tries = 0; tries < MOST_EVENT_JOB_TRIES; tries += 1) {
      const fresh = { ...newJobItem(job, now), run: this.#newRun(), events: 1, built, addition };
      if (await this.#items.put(fresh, NO_RUN, { ':failed': FAILED_PREFIX })) return;
      const item = await this.#items.read(job.portal, job.id);
      if (item?.addition === addition) return; // by an earlier try, whose answer was lost
      const isOver = item === null || item.phase === 'finished' || item.phase === 'failed';
      if (!isOver && (await this.#count(job, item, addition))) return;
    }
    throw new Error('An event job changed too often to add an event to it');
  }

  /** Adds an event to a run. False: the item is not as it was read; a run that has ended since then has another `slice`. */
  #count({ portal, id, cause, builtAt }: NewJob, item: JobItem, addition: string): Promise<boolean> {
    const isTaken = item.taken === true;
    const built = (isTaken ? item.builtAgain : item.built) ?? new Set();
    const times = new Set([built.size < MOST_EVENT_TIMES ? (builtAt ?? NOT_SAID) : NOT_SAID]);
    const taken: Condition = isTaken ? { attribute: 'taken', is: true } : { attribute: 'taken', exists: false };
    return this.#items.update(
      { portal, id },
      {
        set: isTaken ? { again: cause, addition } : { addition },
        add: isTaken ? { eventsAgain: 1, builtAgain: times } : { events: 1, built: times },
        // Of this addition, sent once more because its answer was lost, nothing is added again.
        only: [
          taken,
          { attribute: 'run', is: item.run },
          { attribute: 'addition', isNot: addition },
          ...intentIsOpen(item),
        ],
      },
    );
  }

  /** Takes a run: events that come from now on make another one. Returns it with those that have come since it was read. */
  async take(job: Job): Promise<Job> {
    if (splitJobId(job.id).run === null) return job;
    const item = await this.#items.updateAndRead(job, { set: { taken: true }, only: [UNFINISHED] });
    if (item === null) return job;
    const { events, builtAt } = jobOf(item);
    return { ...job, events, builtAt };
  }

  /** Puts the run that `again` asks for in place of the finished one. False: the item is not as it was read. */
  runAgain(
    job: Job,
    { again, eventsAgain = 0, builtAgain = new Set([NOT_SAID]) }: JobItem,
    now: number,
  ): Promise<boolean> {
    const asked = { cause: again, events: eventsAgain, built: builtAgain };
    return this.#items.update(job, {
      set: { ...freshRun(job.lane, splitJobId(job.id).key, now), ...asked, run: this.#newRun() },
      remove: ['taken', 'again', 'eventsAgain', 'builtAgain'],
      // An event that comes in between must be counted as well.
      only: [
        ...intentIsOpen(job),
        { attribute: 'again', exists: true },
        { attribute: 'eventsAgain', atMost: eventsAgain },
      ],
    });
  }
}
