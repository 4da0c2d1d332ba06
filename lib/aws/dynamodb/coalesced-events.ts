import { randomUUID } from 'node:crypto';
import type { Job, NewJob } from '../../jobs/job.ts';
import { FAILED_PREFIX, freshRun, type JobItem, jobOf, newJobItem, splitJobId } from './job-item.ts';
import { intentIsOpen, type JobItems, UNFINISHED } from './job-items.ts';
import type { Condition } from './update-item.ts';

/** Rounds of a slot's state machine before giving up; each lost round means that somebody else changed the slot. */
export const SLOT_ROUNDS = 10;

/** A failed run makes room for the next one, which looks at the portal anew. */
const FREE_SLOT = 'attribute_not_exists(queue) OR begins_with(queue, :failed)';

/** An event that does not say when it was built. */
const UNSAID = 0;

/** Of very many events nobody wants to know when each was built. */
const MOST_BUILT = 100;

/**
 * The slots of event jobs (D§2): one item for each element, whose successive runs are jobs of their own. What has happened
 * to the element since the last run was taken is counted, with the times at which the portal built its events.
 */
export class CoalescedEvents {
  readonly #items: JobItems;
  readonly #newRun: () => string;

  /** `newRun` names the runs of a slot; unique, short, without `@`. */
  constructor(items: JobItems, newRun: () => string = () => randomUUID().slice(0, 8)) {
    this.#items = items;
    this.#newRun = newRun;
  }

  /**
   * Three cases, each decided by one conditional write:
   *
   *   slot absent or over  → a new run
   *   run taken            → `again`: the run may have read the portal before this event
   *   run waits untouched  → counted: it will be taken, and will read the portal, after this
   */
  async add(job: NewJob, now: number): Promise<void> {
    const built = new Set([job.builtAt ?? UNSAID]);
    for (let round = 0; round < SLOT_ROUNDS; round++) {
      const fresh = { ...newJobItem(job, now), run: this.#newRun(), events: 1, built };
      if (await this.#items.put(fresh, FREE_SLOT, { ':failed': FAILED_PREFIX })) return;
      const slot = await this.#items.read(job.portal, job.id);
      const isOver = slot === null || slot.phase === 'finished' || slot.phase === 'failed';
      if (!isOver && (await this.#count(job, slot))) return;
    }
    throw new Error('The slot of an event job changed too often to add to it');
  }

  /** False: the slot is not as it was read. A run that is over since then has another slice. */
  #count({ portal, id, cause, builtAt }: NewJob, slot: JobItem): Promise<boolean> {
    const isTaken = slot.taken === true;
    const built = (isTaken ? slot.builtAgain : slot.built) ?? new Set();
    const times = new Set([built.size < MOST_BUILT ? (builtAt ?? UNSAID) : UNSAID]);
    const taken: Condition = isTaken ? { attribute: 'taken', is: true } : { attribute: 'taken', exists: false };
    return this.#items.update(
      { portal, id },
      {
        set: isTaken ? { again: cause } : {},
        add: isTaken ? { eventsAgain: 1, builtAgain: times } : { events: 1, built: times },
        only: [taken, { attribute: 'run', is: slot.run }, ...intentIsOpen(slot)],
      },
    );
  }

  /** The job with the events that came since it was read. */
  async take(job: Job): Promise<Job> {
    if (splitJobId(job.id).run === null) return job;
    const slot = await this.#items.updateAndRead(job, { set: { taken: true }, only: [UNFINISHED] });
    if (slot === null) return job;
    const { events, builtAt } = jobOf(slot);
    return { ...job, events, builtAt };
  }

  /** The run that `again` asks for, in place of the one that is through. False: the slot is not as it was read. */
  runAgain(
    job: Job,
    { again, eventsAgain = 0, builtAgain = new Set([UNSAID]) }: JobItem,
    now: number,
  ): Promise<boolean> {
    const asked = { cause: again, events: eventsAgain, built: builtAgain };
    return this.#items.update(job, {
      set: { ...freshRun(job.lane, splitJobId(job.id).key, now), ...asked, run: this.#newRun() },
      remove: ['taken', 'again', 'eventsAgain', 'builtAgain'],
      // Should another event come in between, it is to be counted as well.
      only: [
        ...intentIsOpen(job),
        { attribute: 'again', exists: true },
        { attribute: 'eventsAgain', atMost: eventsAgain },
      ],
    });
  }
}
