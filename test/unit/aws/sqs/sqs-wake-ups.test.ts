import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SqsPoller } from '../../../../lib/aws/sqs/sqs-poller.ts';
import { readWakeUp } from '../../../../lib/aws/sqs/sqs-wake-ups.ts';
import { countMessages } from '../../../support/aws/count-messages.ts';
import { type TemporaryLocalAws, temporaryLocalAws } from '../../../support/aws/temporary-local-aws.ts';

let aws: TemporaryLocalAws;
let source: SqsPoller;

beforeAll(async () => {
  aws = await temporaryLocalAws();
  source = new SqsPoller(aws.clients.sqs, aws.queueUrl, aws.config.region);
});
afterAll(() => aws.close());

/** Receives everything that is there. */
async function received() {
  const records = await source.receive(1);
  for (const { receiptHandle } of records) await source.remove(receiptHandle);
  return records.map(({ body }) => readWakeUp(body));
}

test('wake-ups name their portal, and when they were due if its worker sent them; all come together', async () => {
  const wakeUps = [
    { portal: 'p1', dueAt: null },
    { portal: 'p1', dueAt: 1_764_400_000_000 },
    { portal: 'p2', dueAt: null },
  ];
  for (const wakeUp of wakeUps) await aws.stores.wakeUps.send(wakeUp);

  expect(await received()).toEqual(expect.arrayContaining(wakeUps));
});

test.each([
  [1, 1],
  [600_000, 600],
  [899_001, 900],
  [1_000_000, 900],
])('a wake-up that is to come in %d ms is delayed for %d s', async (ms) => {
  const before = (await countMessages(aws.clients.sqs, aws.queueUrl)).delayed;

  await aws.stores.wakeUps.send({ portal: 'p3', dueAt: ms }, ms);

  expect(await source.receive(0)).toEqual([]);
  expect((await countMessages(aws.clients.sqs, aws.queueUrl)).delayed).toBe(before + 1);
});

describe('the body of a message', () => {
  test.each([
    ['{"portal":"p1"}', { portal: 'p1', dueAt: null }],
    ['{"portal":"p1","dueAt":5}', { portal: 'p1', dueAt: 5 }],
    ['{"portal":"p1","more":true}', { portal: 'p1', dueAt: null }],
    ['{"portal":1}', null],
    ['{"portal":"p1","dueAt":"5"}', null],
    ['{}', null],
    ['null', null],
    ['', null],
  ])('%s is read as %j', (body, expected) => {
    expect(readWakeUp(body)).toEqual(expected);
  });
});
