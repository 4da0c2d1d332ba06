import { BINDINGS_METHOD } from '../../bitrix24/crm/bindings.ts';
import type { RestCall } from '../../bitrix24/rest/rest-call.ts';
import type { Clock } from '../../clock.ts';
import type { Checkpoint, Job } from '../../jobs/job.ts';
import { type Ask, NotNow, type Planned, type Read } from '../../jobs/planner.ts';
import { KEPT_LISTS_HOLD_MS, KEPT_READS_HOLD_MS, MOST_KEPT_CHARACTERS, TRIES_TO_READ } from '../policy.ts';

/** A call (method and parameters), when it was answered (ms), and its answer. */
type Kept = readonly [call: string, at: number, read: Read];

/** Where the checkpoint of a job holds them: a JSON list. */
const NAME = 'kept';

/**
 * What a planning has read is kept in the job's checkpoint when its time runs out, so that the next planning, in whichever
 * process, asks only for what is still missing: a portal that needs 5 s for each call is planned in as many turns as it takes.
 *
 *   turn 1:  element ─ page ─ (time is up)             checkpoint: element, page
 *   turn 2:  element · page · ─ bindings ─ (time is up)  checkpoint: element, page, bindings      · not asked again
 *   turn 3:  element · page · bindings · ─ other bindings ─ steps
 */
export class KeptReads {
  /** The planner's own checkpoint. */
  readonly checkpoint: Checkpoint | null;
  readonly #clock: Clock;
  readonly #isPatient: boolean;
  readonly #earlier: ReadonlyMap<string, Kept>;
  /** Those that this planning has used. */
  readonly #used = new Map<string, Kept>();
  #hasMore = false;

  constructor({ cursor, failures }: Pick<Job, 'cursor' | 'failures'>, clock: Clock) {
    const { [NAME]: kept, ...own } = cursor ?? {};
    this.#isPatient = failures < TRIES_TO_READ;
    this.checkpoint = Object.keys(own).length > 0 ? own : null;
    this.#clock = clock;
    const since = clock.now() - KEPT_READS_HOLD_MS;
    const all = typeof kept === 'string' ? (JSON.parse(kept) as Kept[]) : []; // written below
    this.#earlier = new Map(all.filter(([, at]) => at >= since).map((one) => [one[0], one]));
  }

  /** Whether this planning has read something that the checkpoint does not hold. */
  get hasMore(): boolean {
    return this.#hasMore;
  }

  /** Asks only for what is not kept. */
  through(ask: Ask): Ask {
    const asked = async (call: RestCall): Promise<Read> => {
      const name = nameOf(call);
      const earlier = this.#earlier.get(name);
      if (earlier !== undefined) {
        this.#used.set(name, earlier);
        return earlier[2];
      }
      const read = await ask(call);
      // What stays unreadable is left out in the end, and holds up nothing else.
      if (!read.ok && read.passing === true && this.#isPatient) throw new NotNow(null, read.code);
      if (isRead(call)) {
        this.#used.set(name, [name, this.#clock.now(), read]);
        this.#hasMore = true;
      }
      return read;
    };
    return Object.assign(asked, { room: ask.room, shared: ask.shared ?? ask });
  }

  /** Where the planning goes on whose time has run out. */
  soFar(): Checkpoint {
    return this.#with(this.checkpoint, [...this.#used.values()]);
  }

  /**
   * The same plan; what comes after its steps goes on within the lists of the last minute that it was made from. Bindings are
   * read again: another job may have changed them by then.
   */
  keptBy({ steps, checkpoint, ...planned }: Planned): Planned {
    const since = this.#clock.now() - KEPT_LISTS_HOLD_MS;
    const lists = [...this.#used.values()].filter(
      ([call, at]) => at >= since && !call.startsWith(`${BINDINGS_METHOD} `),
    );
    return {
      ...planned,
      steps: steps.map((step) => ({ ...step, checkpointAfter: () => this.#with(step.checkpointAfter(), lists) })),
      checkpoint: checkpoint === null ? null : this.#with(checkpoint, lists),
    };
  }

  #with(checkpoint: Checkpoint | null, reads: readonly Kept[]): Checkpoint {
    let length = 0;
    const texts = reads
      .map((read) => JSON.stringify(read))
      .filter((text) => {
        length += text.length + 1;
        return length < MOST_KEPT_CHARACTERS;
      });
    return { ...checkpoint, ...(texts.length > 0 ? { [NAME]: `[${texts.join()}]` } : {}) };
  }
}

const nameOf = ({ method, params }: RestCall): string => `${method} ${JSON.stringify(params)}`;

/** A registration changes something: its answer is no state of the portal. */
const isRead = ({ method }: RestCall): boolean => /\.(get|list)$/i.test(method);
