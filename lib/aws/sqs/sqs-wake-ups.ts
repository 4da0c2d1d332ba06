import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { WakeUp, WakeUpQueue } from '../../jobs/wake-portal.ts';
import { MOST_DELAY_S } from '../policy.ts';

/** Wake-ups in a standard SQS queue: messages can come twice, and in any order (D§2). */
export class SqsWakeUps implements WakeUpQueue {
  readonly #client: SQSClient;
  readonly #queueUrl: string;

  constructor(client: SQSClient, queueUrl: string) {
    this.#client = client;
    this.#queueUrl = queueUrl;
  }

  async send({ portal, dueAt }: WakeUp, delayMs = 0): Promise<void> {
    await this.#client.send(
      new SendMessageCommand({
        QueueUrl: this.#queueUrl,
        MessageBody: JSON.stringify(dueAt === null ? { portal } : { portal, dueAt }),
        DelaySeconds: Math.min(MOST_DELAY_S, Math.ceil(delayMs / 1000)),
      }),
    );
  }
}

/** Reads the body of a message. null: it is none of ours. */
export function readWakeUp(body: string): WakeUp | null {
  try {
    const { portal, dueAt = null }: { portal?: unknown; dueAt?: unknown } = JSON.parse(body);
    const isValid = typeof portal === 'string' && (dueAt === null || typeof dueAt === 'number');
    return isValid ? { portal, dueAt } : null;
  } catch {
    return null;
  }
}
