import type { Clock } from '../../../lib/clock.ts';

/** Turns of the event loop without any call before everything counts as waiting: a batch of reads leaves on the second one. */
const QUIET_TURNS = 4;
const DAY_MS = 86_400_000;

type Sleeper = { readonly until: number; readonly wake: () => void };

/** Everybody waits and nobody sleeps: nothing will ever happen again. */
export class Deadlock extends Error {
  constructor(now: number, startedAt: number) {
    super(`everything waits and nothing will wake it, ${(now - startedAt) / 1000} s after the start`);
    this.name = 'Deadlock';
  }
}

/**
 * Time that stands still while work is under way and jumps to the next sleeper when everything waits.
 *
 *   track ──▶ (real I/O: a store, the portal) ──▶ busy again 0 ── quiet turns ──▶ jump to the earliest sleeper, wake it
 *
 * Quiescence is exact as long as every real I/O runs inside `track`; what is left then is promises of this process, and
 * those have settled after some turns of the event loop. Nothing here waits for the machine's clock.
 */
export class VirtualClock implements Clock {
  readonly startedAt: number;
  #now: number;
  #busy = 0;
  /** Changes with everything that happens, so that a quiet turn can be told. */
  #events = 0;
  #watching = false;
  #driven: { readonly fail: (error: Error) => void; readonly limit: number } | null = null;
  /** By time; of the same time, the first that went to sleep is the first to wake. */
  readonly #sleepers: Sleeper[] = [];

  constructor(startedAt = 1_790_000_000_000) {
    this.startedAt = startedAt;
    this.#now = startedAt;
  }

  now(): number {
    return this.#now;
  }

  sleep(ms: number): Promise<void> {
    return new Promise((wake) => {
      const until = this.#now + Math.max(0, ms);
      const after = this.#sleepers.findLastIndex((sleeper) => sleeper.until <= until);
      this.#sleepers.splice(after + 1, 0, { until, wake });
      this.#happened();
    });
  }

  /** Time stands still until `work` has ended. */
  async track<T>(work: () => Promise<T>): Promise<T> {
    this.enter();
    try {
      return await work();
    } finally {
      this.leave();
    }
  }

  enter(): void {
    this.#busy += 1;
  }

  leave(): void {
    this.#busy -= 1;
    this.#happened();
  }

  /** Lets time pass until `main` has ended, for a day at most unless told otherwise; a deadlock ends it too. */
  async drive<T>(main: () => Promise<T>, limitMs = DAY_MS): Promise<T> {
    try {
      return await new Promise<T>((resolve, reject) => {
        this.#driven = { fail: reject, limit: this.#now + limitMs };
        main().then(resolve, reject);
        this.#happened();
      });
    } finally {
      this.#driven = null;
    }
  }

  #happened(): void {
    this.#events += 1;
    if (this.#watching || this.#driven === null) return;
    this.#watching = true;
    this.#watch(0, this.#events);
  }

  #watch(quiet: number, seen: number): void {
    setImmediate(() => {
      if (this.#busy > 0 || this.#driven === null) this.#watching = false;
      else if (seen !== this.#events) this.#watch(0, this.#events);
      else if (quiet + 1 < QUIET_TURNS) this.#watch(quiet + 1, seen);
      else this.#jump(this.#driven);
    });
  }

  #jump({ fail, limit }: { readonly fail: (error: Error) => void; readonly limit: number }): void {
    this.#watching = false;
    const [next] = this.#sleepers;
    if (next === undefined) {
      fail(new Deadlock(this.#now, this.startedAt));
    } else if (next.until > limit) {
      fail(new Error(`not at an end after ${(limit - this.startedAt) / 1000} s`));
    } else {
      this.#now = Math.max(this.#now, next.until);
      // All of one moment at once: what they do then happens at the same time, as it would on machines of their own.
      const later = this.#sleepers.findIndex(({ until }) => until > this.#now);
      for (const { wake } of this.#sleepers.splice(0, later < 0 ? this.#sleepers.length : later)) wake();
      this.#happened();
    }
  }
}
