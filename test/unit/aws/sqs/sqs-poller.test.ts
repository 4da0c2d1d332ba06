import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { SqsPoller } from '../../../../lib/aws/sqs/sqs-poller.ts';
import { countMessages } from '../../../support/aws/count-messages.ts';
import { type TemporaryLocalAws, temporaryLocalAws } from '../../../support/aws/temporary-local-aws.ts';

let aws: TemporaryLocalAws;
let poller: SqsPoller;
beforeAll(async () => {
  aws = await temporaryLocalAws();
  poller = new SqsPoller(aws.clients.sqs, aws.queueUrl, aws.config.region);
});
afterAll(() => aws.close());

test('a wake-up comes as Lambda would hand it over, hidden from others until it is removed', async () => {
  await aws.stores.wakeUps.send({ portal: 'acme', dueAt: null });

  const [record, ...others] = await poller.receive(1);

  expect(others).toEqual([]);
  expect(record).toMatchObject({
    body: '{"portal":"acme"}',
    eventSource: 'aws:sqs',
    eventSourceARN: expect.stringMatching(/^arn:aws:sqs:eu-central-1:000000000000:unbind-local-/),
    attributes: { ApproximateReceiveCount: '1' },
  });
  expect(await poller.receive(0)).toEqual([]);

  await poller.remove(record?.receiptHandle ?? '');
  expect(await countMessages(aws.clients.sqs, aws.queueUrl)).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
});
