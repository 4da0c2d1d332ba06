import type { Clock } from '../../../lib/clock.ts';
import type { WakeUp, WakeUpQueue } from '../../../lib/jobs/wake-portal.ts';
import type { ReceivedWakeUp } from '../../../lib/worker/process-batch.ts';

export type ReceivedMessage = ReceivedWakeUp & { readonly receiptHandle: string; readonly receiveCount: number };

export type QueueSettings = {
  readonly clock: Clock;
  /** In `serverless.yml`: 120. */
  readonly visibilitySeconds?: number;
  readonly maxReceiveCount?: number;
  /** In [0, 1): decides which messages come twice and which come late; none do unless given. */
  readonly random?: () => number;
};

type Message = {
  readonly messageId: string;
  readonly wakeUp: WakeUp;
  receiptHandle: string;
  /** ms; until then it is in flight, or delayed. */
  visibleAt: number;
  receiveCount: number;
};

const LONGEST_DELAY_MS = 900_000;
/** Of messages that are delivered twice, or behind others that were sent later. */
const ODDS = 0.02;

/**
 * A standard SQS queue on the virtual clock, as AWS documents it (SQS developer guide):
 * - standard-queues-at-least-once-delivery: a message may be delivered more than once, and in any order;
 * - sqs-delay-queues, API_SendMessage: a message can be delayed for 0 to 900 s;
 * - sqs-visibility-timeout: a message that is received stays hidden until it is deleted or its time-out ends;
 * - sqs-dead-letter-queues: a message received more often than maxReceiveCount moves to the dead-letter queue.
 */
export class QueueModel implements WakeUpQueue {
  readonly dead: Message[] = [];
  readonly #settings: Required<QueueSettings>;
  #messages: Message[] = [];
  #count = 0;
  #waiting: (() => void)[] = [];

  constructor({ visibilitySeconds = 120, maxReceiveCount = 5, random = () => 1, ...settings }: QueueSettings) {
    this.#settings = { visibilitySeconds, maxReceiveCount, random, ...settings };
  }

  async send(wakeUp: WakeUp, delayMs = 0): Promise<void> {
    const { clock, random } = this.#settings;
    if (delayMs < 0 || delayMs > LONGEST_DELAY_MS) throw new RangeError('0 to 900 seconds');
    const visibleAt = clock.now() + Math.ceil(delayMs / 1000) * 1000;
    this.#count += 1;
    const message = { messageId: `message-${this.#count}`, wakeUp, receiptHandle: '', visibleAt, receiveCount: 0 };
    if (random() < ODDS) this.#messages.unshift(message);
    else this.#messages.push(message);
    if (random() < ODDS) this.#messages.push({ ...message });
    this.#notify();
  }

  async remove(receiptHandle: string): Promise<void> {
    this.#messages = this.#messages.filter((one) => one.receiptHandle !== receiptHandle);
    this.#notify();
  }

  /** Up to `most` messages. */
  receive(most = 10): ReceivedMessage[] {
    const received: ReceivedMessage[] = [];
    for (const message of this.#visible()) {
      if (received.length === most) break;
      if (message.receiveCount >= this.#settings.maxReceiveCount) this.#bury(message);
      else received.push(this.#give(message));
    }
    return received;
  }

  /** Resolves when a message may be received. */
  async receivable(): Promise<void> {
    const { clock } = this.#settings;
    while (this.#visible().length === 0) {
      const next = Math.min(...this.#messages.map(({ visibleAt }) => visibleAt));
      const changed = new Promise<void>((resolve) => this.#waiting.push(resolve));
      const expiry = Number.isFinite(next) ? [clock.sleep(next - clock.now())] : [];
      await Promise.race([changed, ...expiry]);
    }
  }

  /** Messages that are neither deleted nor dead. */
  get size(): number {
    return this.#messages.length;
  }

  /** How long until each of them may be received, ms. */
  get delays(): number[] {
    return this.#messages.map(({ visibleAt }) => Math.max(0, visibleAt - this.#settings.clock.now()));
  }

  #visible(): Message[] {
    const now = this.#settings.clock.now();
    return this.#messages.filter(({ visibleAt }) => visibleAt <= now);
  }

  #give(message: Message): ReceivedMessage {
    message.receiveCount += 1;
    message.receiptHandle = `${message.messageId}/${this.#messages.indexOf(message)}/${message.receiveCount}`;
    message.visibleAt = this.#settings.clock.now() + this.#settings.visibilitySeconds * 1000;
    const { wakeUp, messageId, receiptHandle, receiveCount } = message;
    return { ...wakeUp, messageId, receiptHandle, receiveCount };
  }

  #bury(message: Message): void {
    this.#messages = this.#messages.filter((one) => one !== message);
    this.dead.push(message);
  }

  #notify(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
