import type { Clock } from '../../../lib/clock.ts';
import type { WakeUpQueue } from '../../../lib/jobs/wake-portal.ts';
import type { WakeUp } from '../../../lib/worker/process-batch.ts';

export type ReceivedMessage = WakeUp & { readonly receiveCount: number; readonly deduplicationId: string };

export type FifoQueueSettings = {
  readonly clock: Clock;
  /** In `serverless.yml`: 120. */
  readonly visibilitySeconds?: number;
  readonly maxReceiveCount?: number;
};

type Message = {
  readonly messageId: string;
  readonly group: string;
  readonly deduplicationId: string;
  receiptHandle: string;
  /** ms; until then it is in flight. */
  visibleAt: number;
  receiveCount: number;
};

/** A receipt handle works until its message is visible again. */
class ReceiptExpired extends Error {
  override readonly name = 'ReceiptExpired';
}

const DEDUPLICATION_MS = 300_000;
const LONGEST_SECONDS = 43_200;

/**
 * An SQS FIFO queue on the virtual clock, as AWS documents it:
 * - FIFO-queues-understanding-logic (SQS developer guide): strict order within a group; one receive gives as many messages of
 *   one group as possible; no more of a group are given out while one of it is in flight, until it is deleted or visible again;
 * - using-messagededuplicationid-property: the same deduplication id within five minutes is accepted and not delivered again;
 * - API_ChangeMessageVisibility: 0 to 43,200 s, counted from the call; only of a message in flight;
 * - sqs-dead-letter-queues: a message received more often than maxReceiveCount moves to the dead-letter queue.
 */
export class FifoQueueModel implements WakeUpQueue {
  readonly dead: Message[] = [];
  readonly #clock: Clock;
  readonly #visibilityMs: number;
  readonly #maxReceiveCount: number;
  #messages: Message[] = [];
  readonly #deduplicated = new Map<string, number>();
  #count = 0;
  #waiting: (() => void)[] = [];

  constructor({ clock, visibilitySeconds = 120, maxReceiveCount = 100 }: FifoQueueSettings) {
    this.#clock = clock;
    this.#visibilityMs = visibilitySeconds * 1000;
    this.#maxReceiveCount = maxReceiveCount;
  }

  /** Without a deduplication id every message gets one of its own, as wake-ups do. */
  async send(group: string, deduplicationId = `own-${this.#count}`): Promise<void> {
    const now = this.#clock.now();
    if (now < (this.#deduplicated.get(deduplicationId) ?? 0)) return;
    this.#deduplicated.set(deduplicationId, now + DEDUPLICATION_MS);
    this.#count += 1;
    const messageId = `message-${this.#count}`;
    this.#messages.push({ messageId, group, deduplicationId, receiptHandle: '', visibleAt: now, receiveCount: 0 });
    this.#notify();
  }

  async hide(receiptHandle: string, seconds: number): Promise<boolean> {
    try {
      this.changeVisibility(receiptHandle, Math.min(LONGEST_SECONDS - 300, Math.max(0, Math.ceil(seconds))));
      return true;
    } catch (error) {
      if (!(error instanceof ReceiptExpired)) throw error;
      return false;
    }
  }

  changeVisibility(receiptHandle: string, seconds: number): void {
    if (seconds < 0 || seconds > LONGEST_SECONDS) throw new RangeError('0 to 43,200 seconds');
    this.#inFlight(receiptHandle).visibleAt = this.#clock.now() + seconds * 1000;
    this.#notify();
  }

  async remove(receiptHandle: string): Promise<void> {
    const message = this.#inFlight(receiptHandle);
    this.#messages = this.#messages.filter((one) => one !== message);
    this.#notify();
  }

  /** Up to `most` messages; the groups in the order of their first message. */
  receive(most = 10): ReceivedMessage[] {
    const received: ReceivedMessage[] = [];
    for (const [, group] of this.#openGroups()) {
      for (const message of group) {
        if (received.length === most) return received;
        if (message.receiveCount >= this.#maxReceiveCount) this.#bury(message);
        else received.push(this.#give(message));
      }
    }
    return received;
  }

  /** Resolves when a message may be received. */
  async receivable(): Promise<void> {
    while (this.#openGroups().size === 0) {
      const now = this.#clock.now();
      const next = Math.min(...this.#messages.map(({ visibleAt }) => visibleAt).filter((at) => at > now));
      const changed = new Promise<void>((resolve) => this.#waiting.push(resolve));
      const expiry = Number.isFinite(next) ? [this.#clock.sleep(next - now)] : [];
      await Promise.race([changed, ...expiry]);
    }
  }

  /** Messages that are neither deleted nor dead. */
  get size(): number {
    return this.#messages.length;
  }

  #openGroups(): Map<string, Message[]> {
    const now = this.#clock.now();
    const groups = Map.groupBy(this.#messages, ({ group }) => group);
    return new Map([...groups].filter(([, messages]) => messages.every(({ visibleAt }) => visibleAt <= now)));
  }

  #give(message: Message): ReceivedMessage {
    message.receiveCount += 1;
    message.receiptHandle = `${message.messageId}/${message.receiveCount}`;
    message.visibleAt = this.#clock.now() + this.#visibilityMs;
    const { group: portal, ...received } = message;
    return { portal, ...received };
  }

  #bury(message: Message): void {
    this.#messages = this.#messages.filter((one) => one !== message);
    this.dead.push(message);
  }

  #inFlight(receiptHandle: string): Message {
    const message = this.#messages.find((one) => one.receiptHandle === receiptHandle && receiptHandle !== '');
    if (message === undefined || message.visibleAt <= this.#clock.now()) throw new ReceiptExpired(receiptHandle);
    return message;
  }

  #notify(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
