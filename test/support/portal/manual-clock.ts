import type { Clock } from '../../../lib/clock.ts';

/** Time passes only when a test says so or, with `flows`, when somebody sleeps. */
export class ManualClock implements Clock {
  time = 1_790_000_000_000;
  flows = true;
  #sleepers: { readonly until: number; readonly wake: () => void }[] = [];

  now(): number {
    return this.time;
  }

  sleep(ms: number): Promise<void> {
    const slept = new Promise<void>((wake) => {
      this.#sleepers.push({ until: this.time + ms, wake });
    });
    if (this.flows) this.advance(ms);
    return slept;
  }

  advance(ms: number): void {
    this.time += ms;
    const awake = this.#sleepers.filter(({ until }) => until <= this.time);
    this.#sleepers = this.#sleepers.filter(({ until }) => until > this.time);
    for (const { wake } of awake) wake();
  }
}
