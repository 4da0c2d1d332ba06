import { DeleteMessageCommand, type Message, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';
import { MOST_MESSAGES_RECEIVED } from '../policy.ts';

/** Receives wake-ups for the local host, as Lambda's event source mapping does for the deployed function. */
export class SqsPoller {
  readonly #client: SQSClient;
  readonly #queueUrl: string;
  readonly #region: string;

  constructor(client: SQSClient, queueUrl: string, region: string) {
    this.#client = client;
    this.#queueUrl = queueUrl;
    this.#region = region;
  }

  /** Up to ten wake-ups. Waits so many seconds for the first one. */
  async receive(WaitTimeSeconds: number): Promise<SQSRecord[]> {
    const { Messages = [] } = await this.#client.send(
      new ReceiveMessageCommand({
        QueueUrl: this.#queueUrl,
        MaxNumberOfMessages: MOST_MESSAGES_RECEIVED,
        WaitTimeSeconds,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      }),
    );
    return Messages.map((message) => this.#recordOf(message));
  }

  async remove(ReceiptHandle: string): Promise<void> {
    await this.#client.send(new DeleteMessageCommand({ QueueUrl: this.#queueUrl, ReceiptHandle }));
  }

  #recordOf({ MessageId = '', ReceiptHandle = '', Body = '', MD5OfBody = '', Attributes = {} }: Message): SQSRecord {
    const { ApproximateReceiveCount = '1', SentTimestamp = '0', SenderId = '' } = Attributes;
    const { ApproximateFirstReceiveTimestamp = '0' } = Attributes;
    return {
      messageId: MessageId,
      receiptHandle: ReceiptHandle,
      body: Body,
      attributes: { ...Attributes, ApproximateReceiveCount, SentTimestamp, SenderId, ApproximateFirstReceiveTimestamp },
      messageAttributes: {},
      md5OfBody: MD5OfBody,
      eventSource: 'aws:sqs',
      eventSourceARN: `arn:aws:sqs:${this.#region}:000000000000:${this.#queueUrl.split('/').at(-1)}`,
      awsRegion: this.#region,
    };
  }
}
