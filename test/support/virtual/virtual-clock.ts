import type { Clock } from '../../../lib/clock.ts';

/** Turns of the event loop without any call after which everything counts as waiting: a batch of reads leaves on the second. */
const QUIET_TURNS = 4;
const DAY_MS = 86_400_000;

type Sleeper = { readonly until: number; readonly wake: () => void };

/** Everything waits and nothing sleeps: nothing will ever happen again. */
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
 * This is exact as long as all real I/O runs inside `track`: everything else is promises of this process, which have settled
 * after some turns of the event loop. Nothing here waits for the machine's clock.
 */
export class VirtualClock implements Clock {
  readonly startedAt: number;
  #now: number;
  #busy = 0;
  /** Changes with everything that happens, so that a turn without events can be recognised. */
  #events = 0;
  #watching = false;
  #driven: { readonly fail: (error: Error) => void; readonly limit: number } | null = null;
  /** In order of time; of the same time, whoever fell asleep first wakes first. */
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

  /**
   * Resolves when the I/O that is still under way after `drive` has ended, and what follows from it: servers that are closed
   * before that would fail it. Time stands still, so sleepers do not wake any more.
   */
  async quiet(): Promise<void> {
    for (let turns = 0, seen = this.#events; turns < QUIET_TURNS; turns += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#busy > 0 || seen !== this.#events) turns = -1;
      seen = this.#events;
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
      // Wake all sleepers of one moment at once: they act at the same time, as they would on separate machines.
      const later = this.#sleepers.findIndex(({ until }) => until > this.#now);
      for (const { wake } of this.#sleepers.splice(0, later < 0 ? this.#sleepers.length : later)) wake();
      this.#happened();
    }
  }
}
