import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { SqsPoller } from '../../../../lib/aws/sqs/sqs-poller.ts';
import { type TemporaryLocalAws, temporaryLocalAws } from '../../../support/aws/temporary-local-aws.ts';

let aws: TemporaryLocalAws;
let poller: SqsPoller;
beforeAll(async () => {
  aws = await temporaryLocalAws();
  poller = new SqsPoller(aws.clients.sqs, aws.queueUrl, aws.config.region);
});
afterAll(() => aws.close());

test('a wake-up comes as Lambda would hand it over, hidden from others until it is removed', async () => {
  await aws.stores.wakeUps.send('acme');

  const [record, ...others] = await poller.receive(1);

  expect(others).toEqual([]);
  expect(record).toMatchObject({
    body: '{}',
    eventSource: 'aws:sqs',
    eventSourceARN: expect.stringMatching(/^arn:aws:sqs:eu-central-1:000000000000:unbind-local-/),
    attributes: { MessageGroupId: 'acme', ApproximateReceiveCount: '1' },
  });
  expect(await poller.receive(0)).toEqual([]);

  await poller.hide(record?.receiptHandle ?? '', 0);
  const [again] = await poller.receive(1);
  expect(again?.attributes.ApproximateReceiveCount).toBe('2');

  await poller.remove(again?.receiptHandle ?? '');
  expect(await poller.receive(0)).toEqual([]);
});
