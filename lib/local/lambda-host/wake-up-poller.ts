import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { LOCAL_VISIBILITY_SECONDS } from '../../aws/policy.ts';
import type { SqsPoller } from '../../aws/sqs/sqs-poller.ts';
import type { Clock } from '../../clock.ts';
import { RECEIVE_RETRY_MS, RECEIVE_WAIT_SECONDS } from '../policy.ts';
import { type Failure, type Invoker, isFailure } from './invoker.ts';
import { queueState } from './queue-state.ts';

export type WakeUpPollerSettings = {
  readonly source: SqsPoller;
  readonly queueUrl: string;
  readonly clock: Clock;
  readonly invoker: Invoker;
  readonly work: (event: SQSEvent) => Promise<SQSBatchResponse | Failure>;
  /** Batches that are worked on at the same time. */
  readonly concurrency: number;
  /** How often the visibility time-out of received wake-ups is extended. */
  readonly heartbeatMs: number;
};

/** Receives wake-ups and passes them to the worker in batches, as Lambda's event source mapping for a FIFO queue does. */
export class WakeUpPoller {
  readonly #settings: WakeUpPollerSettings;
  readonly #received = new Set<string>();
  readonly #polling: Promise<void>;
  readonly #heartbeat: NodeJS.Timeout;
  #batches = 0;
  #stopped = false;
  #slotFreed: () => void = () => undefined;

  constructor(settings: WakeUpPollerSettings) {
    this.#settings = settings;
    this.#polling = this.#poll();
    this.#heartbeat = setInterval(() => void this.#extendReceived().catch(() => undefined), settings.heartbeatMs);
  }

  /** Whether visible wake-ups wait. */
  async pending(): Promise<boolean> {
    return (await queueState(this.#settings.queueUrl)).ready > 0;
  }

  /** Starts no further batch. The current receive is not aborted: its wake-ups would stay hidden for a while. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#slotFreed();
    await this.#polling;
  }

  /** To be called once the batches have ended as well. */
  release(): void {
    clearInterval(this.#heartbeat);
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
      if (this.#stopped) await this.#makeVisible(records);
      else if (records.length > 0) void invoker.track(this.#batch(records));
    }
  }

  async #receive(): Promise<SQSRecord[]> {
    const { source, clock } = this.#settings;
    try {
      return await source.receive(RECEIVE_WAIT_SECONDS);
    } catch {
      if (!this.#stopped) await clock.sleep(RECEIVE_RETRY_MS);
      return [];
    }
  }

  async #makeVisible(records: readonly SQSRecord[]): Promise<void> {
    await Promise.allSettled(records.map(({ receiptHandle }) => this.#settings.source.hide(receiptHandle, 0)));
  }

  /** Removes all but the reported failures; if the handler failed, it removes nothing, and the messages return after their time-out. */
  async #batch(records: readonly SQSRecord[]): Promise<void> {
    this.#batches++;
    for (const { receiptHandle } of records) this.#received.add(receiptHandle);
    try {
      const failed = failedIn(await this.#settings.work({ Records: [...records] }), records);
      const done = records.filter(({ messageId }) => !failed.has(messageId));
      await Promise.allSettled(done.map(({ receiptHandle }) => this.#settings.source.remove(receiptHandle)));
    } finally {
      for (const { receiptHandle } of records) this.#received.delete(receiptHandle);
      this.#batches--;
      this.#slotFreed();
    }
  }

  /**
   * The local visibility time-out is shorter than a worker may run, so it is extended while the worker lives: a portal has one
   * writer (D§2). A wake-up that the worker itself has hidden for longer is left alone.
   */
  async #extendReceived(): Promise<void> {
    if (this.#received.size === 0) return;
    const { deadlines } = await queueState(this.#settings.queueUrl);
    const enough = this.#settings.clock.now() + LOCAL_VISIBILITY_SECONDS * 1000;
    const short = [...this.#received].filter((handle) => (deadlines.get(handle) ?? Number.POSITIVE_INFINITY) < enough);
    await Promise.allSettled(short.map((handle) => this.#settings.source.hide(handle, LOCAL_VISIBILITY_SECONDS)));
  }
}

/** The ids of failed messages. An answer that names a message outside the batch fails the whole batch, as in AWS. */
function failedIn(result: SQSBatchResponse | Failure, records: readonly SQSRecord[]): ReadonlySet<string> {
  const all = new Set(records.map(({ messageId }) => messageId));
  if (isFailure(result)) return all;
  const reported = (result?.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier);
  return reported.every((id) => all.has(id)) ? new Set(reported) : all;
}
