import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { SqsWakeUps } from '../../lib/aws/sqs/sqs-wake-ups.ts';
import type { Listening } from '../../lib/local/listen-on-loopback.ts';
import { startSqs } from '../../lib/local/start-sqs.ts';
import { QUEUE_CASES } from '../support/queue/fifo-queue-cases.ts';
import type { QueueUnderTest } from '../support/queue/queue-under-test.ts';

let folder: string;
let server: Listening;
let client: SQSClient;
/** fauxqs compares its deadlines with the machine's time, so a test that replaces it can let time pass without waiting. */
let now = Date.now();

const SHARED = QUEUE_CASES.filter(({ modelOnly }) => modelOnly === undefined);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'unbind-'));
  server = await startSqs(folder);
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  client = new SQSClient({ region: 'eu-central-1', endpoint: server.url, credentials });
  jest.spyOn(Date, 'now').mockImplementation(() => now);
});

afterAll(async () => {
  jest.restoreAllMocks();
  client.destroy();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function fauxqsUnderTest(): Promise<QueueUnderTest> {
  const deadUrl = await createQueue({});
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: deadUrl, AttributeNames: ['QueueArn'] }),
  );
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: Attributes?.QueueArn, maxReceiveCount: 2 });
  const QueueUrl = await createQueue({ VisibilityTimeout: '1', RedrivePolicy });
  return {
    async send(MessageGroupId, MessageDeduplicationId) {
      await client.send(
        new SendMessageCommand({ QueueUrl, MessageBody: '{}', MessageGroupId, MessageDeduplicationId }),
      );
    },
    receive: (most) => receive(QueueUrl, most),
    async remove(ReceiptHandle) {
      await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    },
    async changeVisibility(ReceiptHandle, VisibilityTimeout) {
      await client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }));
    },
    async wait(seconds) {
      now += seconds * 1000;
    },
    dead: async () => (await receive(deadUrl, 10)).length,
  };
}

async function createQueue(attributes: Record<string, string>): Promise<string> {
  const QueueName = `${randomUUID()}.fifo`;
  await client.send(new CreateQueueCommand({ QueueName, Attributes: { FifoQueue: 'true', ...attributes } }));
  return `${server.url}/000000000000/${QueueName}`;
}

async function receive(QueueUrl: string, MaxNumberOfMessages: number) {
  const { Messages = [] } = await client.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages, MessageSystemAttributeNames: ['All'] }),
  );
  return Messages.map(({ MessageId = '', ReceiptHandle = '', Attributes = {} }) => ({
    group: Attributes.MessageGroupId ?? '',
    id: MessageId,
    deduplicationId: Attributes.MessageDeduplicationId ?? '',
    handle: ReceiptHandle,
    count: Number(Attributes.ApproximateReceiveCount),
  }));
}

test.each(SHARED)('fauxqs: $name', async ({ run }) => {
  await run(await fauxqsUnderTest());
});

test('fauxqs: a wake-up that the product hides keeps its portal’s other wake-ups back too', async () => {
  const url = await createQueue({ VisibilityTimeout: '1' });
  const wakeUps = new SqsWakeUps(client, url);
  await wakeUps.send('portal');
  const [wakeUp] = await receive(url, 1);

  await wakeUps.hide(wakeUp?.handle ?? '', 600);
  await wakeUps.send('portal');
  await wakeUps.send('another');

  expect((await receive(url, 10)).map(({ group }) => group)).toEqual(['another']);
});
