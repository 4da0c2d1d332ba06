import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { LOCAL_VISIBILITY_SECONDS } from '../../aws/policy.ts';
import type { SqsPoller } from '../../aws/sqs/sqs-poller.ts';
import type { Clock } from '../../clock.ts';
import { type Failure, type Invoker, isFailure } from './invoker.ts';
import { queueState } from './queue-state.ts';

export type WakeUpPollerSettings = {
  readonly source: SqsPoller;
  readonly queueUrl: string;
  readonly clock: Clock;
  readonly invoker: Invoker;
  readonly work: (event: SQSEvent) => Promise<SQSBatchResponse | Failure>;
  /** Batches that are worked at the same time. */
  readonly concurrency: number;
  /** How often the time-out of bells in work is prolonged, ms. */
  readonly heartbeatMs: number;
};

/** Short, as a stop waits for it. AWS takes whole seconds only; the local SQS takes parts of them too. */
const WAIT_SECONDS = 0.2;

/** After a receive that failed, ms. */
const RETRY_MS = 1000;

/** Polls the bells and hands them to the worker in batches, as Lambda's event source mapping for a FIFO queue does. */
export class WakeUpPoller {
  readonly #settings: WakeUpPollerSettings;
  readonly #held = new Set<string>();
  readonly #polling: Promise<void>;
  readonly #heart: NodeJS.Timeout;
  #batches = 0;
  #stopped = false;
  #slotFreed: () => void = () => undefined;

  constructor(settings: WakeUpPollerSettings) {
    this.#settings = settings;
    this.#polling = this.#poll();
    this.#heart = setInterval(() => void this.#keepHeld().catch(() => undefined), settings.heartbeatMs);
  }

  /** Whether bells wait to be heard. */
  async pending(): Promise<boolean> {
    return (await queueState(this.#settings.queueUrl)).ready > 0;
  }

  /** No further batch begins. The receive that is under way is not broken off: its bells would stay hidden for a while. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#slotFreed();
    await this.#polling;
  }

  /** To be called when the batches have ended as well. */
  release(): void {
    clearInterval(this.#heart);
  }

  async #poll(): Promise<void> {
    const { concurrency, invoker } = this.#settings;
    while (!this.#stopped) {
      if (this.#batches >= concurrency) {
        await new Promise<void>((resolve) => {
          this.#slotFreed = resolve;
        });
        continue;
      }
      const records = await this.#receive();
      if (this.#stopped) await this.#giveBack(records);
      else if (records.length > 0) void invoker.track(this.#batch(records));
    }
  }

  async #receive(): Promise<SQSRecord[]> {
    const { source, clock } = this.#settings;
    try {
      return await source.receive(WAIT_SECONDS);
    } catch {
      if (!this.#stopped) await clock.sleep(RETRY_MS);
      return [];
    }
  }

  async #giveBack(records: readonly SQSRecord[]): Promise<void> {
    await Promise.allSettled(records.map(({ receiptHandle }) => this.#settings.source.hide(receiptHandle, 0)));
  }

  /** Everything but the reported failures is done; after a failure of the handler nothing is, and the time-out decides. */
  async #batch(records: readonly SQSRecord[]): Promise<void> {
    this.#batches++;
    for (const { receiptHandle } of records) this.#held.add(receiptHandle);
    try {
      const kept = keptBy(await this.#settings.work({ Records: [...records] }), records);
      const done = records.filter(({ messageId }) => !kept.has(messageId));
      await Promise.allSettled(done.map(({ receiptHandle }) => this.#settings.source.remove(receiptHandle)));
    } finally {
      for (const { receiptHandle } of records) this.#held.delete(receiptHandle);
      this.#batches--;
      this.#slotFreed();
    }
  }

  /**
   * The local visibility time-out is shorter than a worker may run, so it is prolonged while the worker lives: a portal has
   * one writer (D§2). A bell that the worker itself has hidden for longer is left alone.
   */
  async #keepHeld(): Promise<void> {
    if (this.#held.size === 0) return;
    const { deadlines } = await queueState(this.#settings.queueUrl);
    const enough = this.#settings.clock.now() + LOCAL_VISIBILITY_SECONDS * 1000;
    const short = [...this.#held].filter((handle) => (deadlines.get(handle) ?? Number.POSITIVE_INFINITY) < enough);
    await Promise.allSettled(short.map((handle) => this.#settings.source.hide(handle, LOCAL_VISIBILITY_SECONDS)));
  }
}

/** An answer that names a message that was not in the batch fails the whole batch, as in AWS. */
function keptBy(result: SQSBatchResponse | Failure, records: readonly SQSRecord[]): ReadonlySet<string> {
  const all = new Set(records.map(({ messageId }) => messageId));
  if (isFailure(result)) return all;
  const reported = (result?.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier);
  return reported.every((id) => all.has(id)) ? new Set(reported) : all;
}
