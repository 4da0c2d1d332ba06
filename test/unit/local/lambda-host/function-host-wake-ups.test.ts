import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { SQSEvent } from 'aws-lambda';
import type { Handlers } from '../../../../lib/local/lambda-host/function-host.ts';
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

  await stage.wake('p1');
  await until(() => seen.length > 0);
  await idle();

  expect(seen[0]?.event.Records).toEqual([
    expect.objectContaining({
      body: '{"portal":"p1"}',
      eventSource: 'aws:sqs',
      messageId: expect.any(String),
      receiptHandle: expect.any(String),
      attributes: expect.objectContaining({ ApproximateReceiveCount: '1' }),
    }),
  ]);
  expect(seen[0]?.context.getRemainingTimeInMillis()).toBeGreaterThan(85_000);
  expect((await stage.messages()).inFlight).toBe(0);
});

test('only the reported wake-ups of a batch stay', async () => {
  const { idle } = await stage.start({
    worker: async ({ Records }) => ({
      batchItemFailures: Records.filter(({ body }) => portalIn(body) === 'bad').map(({ messageId }) => ({
        itemIdentifier: messageId,
      })),
    }),
  });

  await Promise.all(['good', 'bad', 'fine'].map((portal) => stage.wake(portal)));
  await idle();

  expect((await stage.messages()).inFlight).toBe(1);
});

test.each<[string, Handlers['worker']]>([
  ['throws', () => Promise.reject(new Error('crash'))],
  ['names a wake-up that is not in the batch', async () => ({ batchItemFailures: [{ itemIdentifier: 'x' }] })],
])('when the worker %s all wake-ups stay', async (_, worker) => {
  const { idle } = await stage.start({ worker });

  await stage.wake('p1');
  await stage.wake('p2');
  await idle();

  expect((await stage.messages()).inFlight).toBe(2);
});

test('portals are served side by side', async () => {
  const door = gate();
  const working: string[] = [];
  const { idle } = await stage.start({
    worker: async ({ Records }) => {
      for (const { body } of Records) working.push(portalIn(body));
      await door.promise;
      return NOTHING_FAILED;
    },
  });

  await stage.wake('p1');
  await until(() => working.length === 1);
  await stage.wake('p2');
  await until(() => working.length === 2);
  door.resolve();
  await idle();

  expect(working).toEqual(['p1', 'p2']);
});

test('no more batches than allowed are worked on at the same time', async () => {
  const door = gate();
  const working: string[] = [];
  const { idle } = await stage.start(
    {
      worker: async ({ Records }) => {
        for (const { body } of Records) working.push(portalIn(body));
        await door.promise;
        return NOTHING_FAILED;
      },
    },
    { concurrency: 1 },
  );
  await stage.wake('p1');
  await until(() => working.length === 1);
  await stage.wake('p2');

  expect((await stage.messages()).visible).toBe(1);

  door.resolve();
  await idle();
  expect(working).toEqual(['p1', 'p2']);
});

const portalIn = (body: string): string => String(Object(JSON.parse(body)).portal);
