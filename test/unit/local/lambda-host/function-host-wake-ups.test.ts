import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { SQSEvent } from 'aws-lambda';
import type { Handlers } from '../../../../lib/local/lambda-host/function-host.ts';
import { queueState } from '../../../../lib/local/lambda-host/queue-state.ts';
import { gate, type HostStage, hostStage, NOTHING_FAILED, recorder, until } from '../../../support/local/host-stage.ts';

let stage: HostStage;
beforeAll(async () => {
  stage = await hostStage();
});
afterEach(() => stage.clear());
afterAll(() => stage.close());

test('a wake-up reaches the worker as an SQS record with its portal, and is removed afterwards', async () => {
  const { seen, note } = recorder<SQSEvent>();
  const { idle } = await stage.start({
    worker: async (event, context) => {
      note(event, context);
      return NOTHING_FAILED;
    },
  });

  await stage.aws.stores.wakeUps.send('p1');
  await until(() => seen.length > 0);
  await idle();

  expect(seen[0]?.event.Records).toEqual([
    expect.objectContaining({
      body: '{}',
      eventSource: 'aws:sqs',
      messageId: expect.any(String),
      receiptHandle: expect.any(String),
      attributes: expect.objectContaining({
        MessageGroupId: 'p1',
        ApproximateReceiveCount: '1',
        SequenceNumber: expect.any(String),
      }),
    }),
  ]);
  expect(seen[0]?.context.getRemainingTimeInMillis()).toBeGreaterThan(85_000);
  expect((await queueState(stage.aws.queueUrl)).deadlines.size).toBe(0);
});

test('only the reported wake-ups of a batch stay', async () => {
  const { idle } = await stage.start({
    worker: async ({ Records }) => ({
      batchItemFailures: Records.filter(({ attributes }) => attributes.MessageGroupId === 'bad').map(
        ({ messageId }) => ({ itemIdentifier: messageId }),
      ),
    }),
  });

  await Promise.all(['good', 'bad', 'fine'].map((portal) => stage.aws.stores.wakeUps.send(portal)));
  await idle();

  expect((await queueState(stage.aws.queueUrl)).deadlines.size).toBe(1);
});

test.each<[string, Handlers['worker']]>([
  ['throws', () => Promise.reject(new Error('crash'))],
  ['names a wake-up that is not in the batch', async () => ({ batchItemFailures: [{ itemIdentifier: 'x' }] })],
])('when the worker %s all wake-ups stay', async (_, worker) => {
  const { idle } = await stage.start({ worker });

  await stage.aws.stores.wakeUps.send('p1');
  await stage.aws.stores.wakeUps.send('p2');
  await idle();

  expect((await queueState(stage.aws.queueUrl)).deadlines.size).toBe(2);
});

test('portals are served side by side, and one portal by one worker at a time', async () => {
  const doors = new Map([
    ['p1', gate()],
    ['p2', gate()],
  ]);
  const working: string[] = [];
  const { idle } = await stage.start({
    worker: async ({ Records }) => {
      for (const { attributes } of Records) working.push(attributes.MessageGroupId ?? '');
      for (const { attributes } of Records) await doors.get(attributes.MessageGroupId ?? '')?.promise;
      return NOTHING_FAILED;
    },
  });

  await stage.aws.stores.wakeUps.send('p1');
  await until(() => working.length === 1);
  await stage.aws.stores.wakeUps.send('p1');
  await stage.aws.stores.wakeUps.send('p2');
  await until(() => working.length === 2);
  expect(working).toEqual(['p1', 'p2']);

  doors.get('p2')?.resolve();
  doors.get('p1')?.resolve();
  await idle();
  expect(working).toEqual(['p1', 'p2', 'p1']);
});

test('no more batches than allowed are worked on at the same time', async () => {
  const door = gate();
  const working: string[] = [];
  const { idle } = await stage.start(
    {
      worker: async ({ Records }) => {
        for (const { attributes } of Records) working.push(attributes.MessageGroupId ?? '');
        await door.promise;
        return NOTHING_FAILED;
      },
    },
    { concurrency: 1 },
  );
  await stage.aws.stores.wakeUps.send('p1');
  await until(() => working.length === 1);
  await stage.aws.stores.wakeUps.send('p2');

  expect((await queueState(stage.aws.queueUrl)).ready).toBe(1);

  door.resolve();
  await idle();
  expect(working).toEqual(['p1', 'p2']);
});

test('the time-out of a wake-up is extended while it is worked on, unless the worker has hidden it for longer', async () => {
  const door = gate();
  let handle = '';
  const { idle } = await stage.start(
    {
      worker: async ({ Records }) => {
        handle = Records[0]?.receiptHandle ?? '';
        await door.promise;
        return { batchItemFailures: Records.map(({ messageId }) => ({ itemIdentifier: messageId })) };
      },
    },
    { heartbeatMs: 5 },
  );
  const deadline = async () => (await queueState(stage.aws.queueUrl)).deadlines.get(handle) ?? 0;
  await stage.aws.stores.wakeUps.send('p1');
  await until(() => handle !== '');

  const first = await deadline();
  await until(async () => (await deadline()) > first);

  // A prolongation that is under way may still come after the first try.
  let hidden = 0;
  await until(async () => {
    await stage.aws.stores.wakeUps.hide(handle, 600);
    hidden = await deadline();
    await new Promise((resolve) => setTimeout(resolve, 30));
    return (await deadline()) === hidden;
  });

  door.resolve();
  await idle();
  expect(await deadline()).toBe(hidden);
});
