import { randomUUID } from 'node:crypto';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  MessageNotInflight,
  ReceiptHandleIsInvalid,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { WakeUpQueue } from '../../jobs/wake-portal.ts';
import { MOST_HIDE_S } from '../policy.ts';

/** Wake-ups in an SQS FIFO queue: the portal is the message group, and the message has no content (D§2). */
export class SqsWakeUps implements WakeUpQueue {
  readonly #client: SQSClient;
  readonly #queueUrl: string;

  constructor(client: SQSClient, queueUrl: string) {
    this.#client = client;
    this.#queueUrl = queueUrl;
  }

  /** Every wake-up has a deduplication id of its own: the portal's row says whether one is pending already. */
  async send(portal: string): Promise<void> {
    await this.#client.send(
      new SendMessageCommand({
        QueueUrl: this.#queueUrl,
        MessageBody: '{}',
        MessageGroupId: portal,
        MessageDeduplicationId: randomUUID(),
      }),
    );
  }

  async remove(ReceiptHandle: string): Promise<void> {
    await this.#client.send(new DeleteMessageCommand({ QueueUrl: this.#queueUrl, ReceiptHandle }));
  }

  async hide(receiptHandle: string, seconds: number): Promise<boolean> {
    const VisibilityTimeout = Math.min(MOST_HIDE_S, Math.max(0, Math.ceil(seconds)));
    try {
      await this.#client.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: this.#queueUrl,
          ReceiptHandle: receiptHandle,
          VisibilityTimeout,
        }),
      );
      return true;
    } catch (error) {
      if (isGone(error)) return false;
      throw error;
    }
  }
}

/**
 * The message is not in flight any more: its time-out ran out, or it was deleted, or moved to the dead-letter queue. The
 * last error is that of a queue that has forgotten the message.
 */
const isGone = (error: unknown): boolean =>
  error instanceof MessageNotInflight ||
  error instanceof ReceiptHandleIsInvalid ||
  (error instanceof Error && error.name === 'InvalidParameterValue');
