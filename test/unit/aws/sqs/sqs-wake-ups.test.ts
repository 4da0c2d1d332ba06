import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { SqsPoller } from '../../../../lib/aws/sqs/sqs-poller.ts';
import { queueState } from '../../../../lib/local/lambda-host/queue-state.ts';
import { type TemporaryLocalAws, temporaryLocalAws } from '../../../support/aws/temporary-local-aws.ts';

let aws: TemporaryLocalAws;
let source: SqsPoller;

beforeAll(async () => {
  aws = await temporaryLocalAws();
  source = new SqsPoller(aws.clients.sqs, aws.queueUrl, aws.config.region);
});

afterAll(() => aws.close());

afterEach(async () => {
  const { deadlines } = await queueState(aws.queueUrl);
  for (const handle of deadlines.keys()) await source.remove(handle);
});

async function oneWakeUp() {
  const [wakeUp] = await source.receive(1);
  if (wakeUp === undefined) throw new Error('Expected a wake-up');
  return wakeUp;
}

test('a wake-up names its portal by its group and has no content', async () => {
  await aws.stores.wakeUps.send('p1');

  expect(await oneWakeUp()).toMatchObject({
    body: '{}',
    eventSource: 'aws:sqs',
    attributes: { MessageGroupId: 'p1', ApproximateReceiveCount: '1', SequenceNumber: expect.any(String) },
  });
});

test('two wake-ups of one portal are two messages, of which one is given out at a time', async () => {
  await aws.stores.wakeUps.send('p2');
  await aws.stores.wakeUps.send('p2');

  const first = await oneWakeUp();
  expect((await queueState(aws.queueUrl)).ready).toBe(0);
  await source.remove(first.receiptHandle);

  expect((await oneWakeUp()).messageId).not.toBe(first.messageId);
});

test('wake-ups of several portals come together', async () => {
  for (const portal of ['p3', 'p4', 'p5']) await aws.stores.wakeUps.send(portal);

  const groups = (await source.receive(1)).map(({ attributes }) => attributes.MessageGroupId);

  expect(new Set(groups)).toEqual(new Set(['p3', 'p4', 'p5']));
});

test.each([
  [600, 600],
  [0.4, 1],
  [50_000, 42_900],
])('a wake-up that is to be hidden for %d s is hidden for %d s', async (asked, expected) => {
  await aws.stores.wakeUps.send('p6');
  const wakeUp = await oneWakeUp();
  const before = Date.now();

  await aws.stores.wakeUps.hide(wakeUp.receiptHandle, asked);

  const after = Date.now();
  const until = (await queueState(aws.queueUrl)).deadlines.get(wakeUp.receiptHandle) ?? 0;
  // Counted from some moment of the call, however long that took.
  expect(until).toBeGreaterThanOrEqual(before + expected * 1000);
  expect(until).toBeLessThanOrEqual(after + expected * 1000);
});

test('a wake-up that is brought forward is received at once, and its portal is served', async () => {
  await aws.stores.wakeUps.send('p8');
  const first = await oneWakeUp();

  await aws.stores.wakeUps.hide(first.receiptHandle, 0);

  const again = await oneWakeUp();
  expect(again.messageId).toBe(first.messageId);
  await source.remove(again.receiptHandle);
  await aws.stores.wakeUps.send('p8');
  expect((await oneWakeUp()).messageId).not.toBe(first.messageId);
});

test('a wake-up that is not in flight any more cannot be hidden, and the caller is told', async () => {
  await aws.stores.wakeUps.send('p7');
  const wakeUp = await oneWakeUp();
  await source.remove(wakeUp.receiptHandle);

  await expect(aws.stores.wakeUps.hide(wakeUp.receiptHandle, 60)).resolves.toBe(false);
});
