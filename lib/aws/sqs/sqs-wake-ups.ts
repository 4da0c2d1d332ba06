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

/**
 * SQS counts its twelve hours from when the message was received, so the last minutes before that are out of reach for a
 * function that has held it for a while.
 */
const MOST_HIDE_SECONDS = 43_200 - 300;

/** Bells in an SQS FIFO queue: the portal is the message group, the content says nothing (D§2). */
export class SqsWakeUps implements WakeUpQueue {
  readonly #client: SQSClient;
  readonly #queueUrl: string;

  constructor(client: SQSClient, queueUrl: string) {
    this.#client = client;
    this.#queueUrl = queueUrl;
  }

  /** Every bell has a deduplication id of its own: whether one is pending already is the portal's row's business. */
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
    const VisibilityTimeout = Math.min(MOST_HIDE_SECONDS, Math.max(0, Math.ceil(seconds)));
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
 * Its time-out ran out, or it was deleted or buried; the last one is how SQS says it of a queue that forgot the message.
 */
const isGone = (error: unknown): boolean =>
  error instanceof MessageNotInflight ||
  error instanceof ReceiptHandleIsInvalid ||
  (error instanceof Error && error.name === 'InvalidParameterValue');
