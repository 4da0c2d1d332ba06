import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, jest, test } from '@jest/globals';
import type { Listening } from '../../lib/local/listen-on-loopback.ts';
import { startSqs } from '../../lib/local/start-sqs.ts';
import { QUEUE_CASES } from '../support/queue/queue-cases.ts';
import type { QueueUnderTest } from '../support/queue/queue-under-test.ts';

let folder: string;
let server: Listening;
let client: SQSClient;
/** fauxqs compares its deadlines with the machine's time, so a test that replaces it can let time pass without waiting. */
let now = Date.now();

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
    async send(portal, DelaySeconds = 0) {
      await client.send(new SendMessageCommand({ QueueUrl, MessageBody: portal, DelaySeconds }));
    },
    receive: (most) => receive(QueueUrl, most),
    async remove(ReceiptHandle) {
      await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    },
    async wait(seconds) {
      now += seconds * 1000;
    },
    dead: async () => (await receive(deadUrl, 10)).length,
  };
}

async function createQueue(attributes: Record<string, string>): Promise<string> {
  const QueueName = randomUUID();
  await client.send(new CreateQueueCommand({ QueueName, Attributes: attributes }));
  return `${server.url}/000000000000/${QueueName}`;
}

async function receive(QueueUrl: string, MaxNumberOfMessages: number) {
  const { Messages = [] } = await client.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages, MessageSystemAttributeNames: ['All'] }),
  );
  return Messages.map(({ MessageId = '', ReceiptHandle = '', Body = '', Attributes = {} }) => ({
    portal: Body,
    id: MessageId,
    handle: ReceiptHandle,
    count: Number(Attributes.ApproximateReceiveCount),
  }));
}

test.each(QUEUE_CASES)('fauxqs: $name', async ({ run }) => {
  await run(await fauxqsUnderTest());
});
