import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { SqsPoller } from '../../aws/sqs/sqs-poller.ts';
import type { Clock } from '../../clock.ts';
import { RECEIVE_RETRY_MS, RECEIVE_WAIT_SECONDS } from '../policy.ts';
import { type Failure, type Invoker, isFailure } from './invoker.ts';
import { readyMessages } from './ready-messages.ts';

export type WakeUpPollerSettings = {
  readonly source: SqsPoller;
  readonly queueUrl: string;
  readonly clock: Clock;
  readonly invoker: Invoker;
  readonly work: (event: SQSEvent) => Promise<SQSBatchResponse | Failure>;
  /** Batches that are worked on at the same time. */
  readonly concurrency: number;
};

/** Receives wake-ups and passes them to the worker in batches, as Lambda's event source mapping does. */
export class WakeUpPoller {
  readonly #settings: WakeUpPollerSettings;
  readonly #polling: Promise<void>;
  #batches = 0;
  #stopped = false;
  #slotFreed: () => void = () => undefined;

  constructor(settings: WakeUpPollerSettings) {
    this.#settings = settings;
    this.#polling = this.#poll();
  }

  /** Whether visible wake-ups wait. */
  async pending(): Promise<boolean> {
    return (await readyMessages(this.#settings.queueUrl)) > 0;
  }

  /** Starts no further batch. What is received meanwhile stays hidden; the next start wakes every portal with due work. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#slotFreed();
    await this.#polling;
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
      if (!this.#stopped && records.length > 0) void invoker.track(this.#batch(records));
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

  /** Removes all but the reported failures; if the handler failed, it removes nothing, and the messages return after their time-out. */
  async #batch(records: readonly SQSRecord[]): Promise<void> {
    this.#batches++;
    try {
      const failed = failedIn(await this.#settings.work({ Records: [...records] }), records);
      const done = records.filter(({ messageId }) => !failed.has(messageId));
      await Promise.allSettled(done.map(({ receiptHandle }) => this.#settings.source.remove(receiptHandle)));
    } finally {
      this.#batches--;
      this.#slotFreed();
    }
  }
}

/** The ids of failed messages. An answer that names a message outside the batch fails the whole batch, as in AWS. */
function failedIn(result: SQSBatchResponse | Failure, records: readonly SQSRecord[]): ReadonlySet<string> {
  const all = new Set(records.map(({ messageId }) => messageId));
  if (isFailure(result)) return all;
  const reported = (result?.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier);
  return reported.every((id) => all.has(id)) ? new Set(reported) : all;
}
