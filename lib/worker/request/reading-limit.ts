import type { Clock } from '../../clock.ts';
import type { PortalApi } from '../../portal/portal-api.ts';
import { MOST_READING_MS, MOST_READING_MS_BEFORE_WORK } from '../policy.ts';

/**
 * How much planners may read while one request is composed. The first request of reads leaves at once, so that every turn makes
 * progress; more follow only if they end soon. Work that is ready waits for reads of a slow portal every other time at most:
 * a robot is in the next request but one, and robots that come all the time do not keep events from being planned.
 */
export class ReadingLimit {
  readonly #api: Pick<PortalApi, 'callMs'>;
  readonly #clock: Clock;
  #from: number;
  #requests = 0;
  #hasReadBefore = false;
  #isWorkReady = false;

  constructor(api: Pick<PortalApi, 'callMs'>, clock: Clock) {
    this.#api = api;
    this.#clock = clock;
    this.#from = clock.now();
  }

  /** Another request begins to be composed. */
  restart(): void {
    this.#from = this.#clock.now();
    this.#hasReadBefore = this.#requests > 0;
    this.#requests = 0;
    this.#isWorkReady = false;
  }

  /** Something is ready to be sent, and waits for the planning of what shares its request. */
  noteWork(): void {
    this.#isWorkReady = true;
  }

  /** It does not wait for a slow portal's reads at all: a workflow is about to give up. */
  noteUrgentWork(): void {
    this.#isWorkReady = true;
    this.#hasReadBefore = true;
  }

  noteRequest(): void {
    this.#requests += 1;
  }

  /** Whether a request of so many reads may leave now. */
  allows(calls: number): boolean {
    if (this.#requests === 0 && !(this.#isWorkReady && this.#hasReadBefore)) return true;
    const end = this.#clock.now() - this.#from + calls * this.#api.callMs();
    return end <= (this.#isWorkReady ? MOST_READING_MS_BEFORE_WORK : MOST_READING_MS);
  }
}
