import { once } from 'node:events';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { APIGatewayProxyEventV2, Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import {
  type FunctionHost,
  type FunctionHostSettings,
  type Handlers,
  startFunctionHost,
} from '../../../lib/local/function-host.ts';
import { queueState } from '../../../lib/local/queue-state.ts';
import { type TemporaryLocalAws, temporaryLocalAws } from '../aws/temporary-local-aws.ts';

let aws: TemporaryLocalAws;
let host: FunctionHost | undefined;
let complaints: string[];

beforeAll(async () => {
  aws = await temporaryLocalAws();
});

afterAll(() => aws.close());

afterEach(async () => {
  await host?.close();
  for (const handle of (await queueState(aws.bellQueueUrl)).deadlines.keys()) await removeBell(handle);
});

const NOTHING_FAILED: SQSBatchResponse = { batchItemFailures: [] };

async function start(handlers: Partial<Handlers>, over: Partial<FunctionHostSettings> = {}): Promise<FunctionHost> {
  complaints = [];
  const ok = async () => ({ statusCode: 200, body: '{}' });
  host = await startFunctionHost({
    handlers: {
      install: ok,
      event: ok,
      robot: ok,
      worker: async () => NOTHING_FAILED,
      cleanup: async () => undefined,
      ...handlers,
    },
    config: aws.config,
    port: 0,
    schedule: false,
    complain: (line) => complaints.push(line),
    ...over,
  });
  return host;
}

async function removeBell(handle: string): Promise<void> {
  const { BellSource } = await import('../../../lib/aws/bell-source.ts');
  await new BellSource(aws.clients.sqs, aws.bellQueueUrl, 'x').remove(handle);
}

const post = (path: string, init: RequestInit = {}) =>
  fetch(`${host?.url}${path}`, { method: 'POST', body: '{}', ...init });

/** Collects what the handler was given. */
function recorder<T>() {
  const seen: { event: T; context: Context }[] = [];
  const note = (event: T, context: Context) => void seen.push({ event, context });
  return { seen, note };
}

/** A promise and its key. */
const gate = () => Promise.withResolvers<void>();

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5));
}

test('a form body reaches the function in base64, with all that API Gateway says of the request', async () => {
  const { seen, note } = recorder<APIGatewayProxyEventV2>();
  await start({
    robot: async (event, context) => {
      note(event, context);
      return { statusCode: 200, headers: { 'x-own': 'yes' }, body: '{"status":"accepted"}' };
    },
  });

  const response = await post('/robot?lang=de', {
    body: 'auth[member_id]=ä',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'X-Custom': 'c' },
  });

  expect(response.status).toBe(200);
  expect(response.headers.get('x-own')).toBe('yes');
  expect(await response.json()).toEqual({ status: 'accepted' });
  expect(seen[0]?.event).toMatchObject({
    version: '2.0',
    routeKey: 'POST /robot',
    rawPath: '/robot',
    rawQueryString: 'lang=de',
    queryStringParameters: { lang: 'de' },
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-custom': 'c' },
    requestContext: { http: { method: 'POST', path: '/robot', sourceIp: '127.0.0.1' } },
    isBase64Encoded: true,
    body: Buffer.from('auth[member_id]=ä').toString('base64'),
  });
});

test('a JSON body reaches the function as text', async () => {
  const { seen, note } = recorder<APIGatewayProxyEventV2>();
  await start({
    event: async (event, context) => {
      note(event, context);
      return { statusCode: 200 };
    },
  });

  await post('/event', { body: '{"a":1}', headers: { 'content-type': 'application/json' } });

  expect(seen[0]?.event).toMatchObject({ isBase64Encoded: false, body: '{"a":1}' });
});

test('a result without a status code is the body of a 200', async () => {
  await start({ install: async () => ({ fine: true }) as never });

  const response = await post('/install');

  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ fine: true });
});

test.each([
  ['GET', '/robot'],
  ['PUT', '/event'],
  ['POST', '/other'],
  ['POST', '/robot/'],
  ['POST', '/'],
])('%s %s is not found', async (method, path) => {
  await start({});

  const response = await fetch(`${host?.url}${path}`, { method });

  expect(response.status).toBe(404);
  expect(await response.json()).toEqual({ message: 'Not Found' });
});

test('a function that throws is answered 500 without its message, and the host says so', async () => {
  await start({ robot: () => Promise.reject(new TypeError('inner detail')) });

  const response = await post('/robot');

  expect(response.status).toBe(500);
  expect(await response.json()).toEqual({ message: 'Internal Server Error' });
  expect(complaints).toEqual(['robot failed: TypeError: inner detail']);
});

test('a body beyond ten megabytes does not reach the function', async () => {
  const { seen, note } = recorder<APIGatewayProxyEventV2>();
  await start({
    event: async (event, context) => {
      note(event, context);
      return { statusCode: 200 };
    },
  });

  const response = await post('/event', { body: Buffer.alloc(10 * 1024 * 1024 + 1) });

  expect(response.status).toBe(413);
  expect(seen).toEqual([]);
});

test('a caller that goes away in the middle of its request does no harm', async () => {
  await start({});
  const broken = request(`${host?.url}/event`, { method: 'POST', headers: { 'content-length': '100' } });
  broken.on('error', () => undefined);
  broken.write('half');
  await once(broken, 'socket').then(([socket]) => once(socket, 'connect'));
  broken.destroy();

  expect((await post('/event')).status).toBe(200);
});

test('a bell reaches the worker as an SQS record with its portal, and is gone afterwards', async () => {
  const { seen, note } = recorder<SQSEvent>();
  const { idle } = await start({
    worker: async (event, context) => {
      note(event, context);
      return NOTHING_FAILED;
    },
  });

  await aws.stores.bells.send('p1');
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
  expect((await queueState(aws.bellQueueUrl)).deadlines.size).toBe(0);
});

test('of a batch only the reported bells stay', async () => {
  const { idle } = await start({
    worker: async ({ Records }) => ({
      batchItemFailures: Records.filter(({ attributes }) => attributes.MessageGroupId === 'bad').map(
        ({ messageId }) => ({ itemIdentifier: messageId }),
      ),
    }),
  });

  await Promise.all(['good', 'bad', 'fine'].map((portal) => aws.stores.bells.send(portal)));
  await idle();

  expect((await queueState(aws.bellQueueUrl)).deadlines.size).toBe(1);
});

test.each<[string, Handlers['worker']]>([
  ['throws', () => Promise.reject(new Error('crash'))],
  ['names a bell that is not its own', async () => ({ batchItemFailures: [{ itemIdentifier: 'x' }] })],
])('when the worker %s all bells stay', async (_, worker) => {
  const { idle } = await start({ worker });

  await aws.stores.bells.send('p1');
  await aws.stores.bells.send('p2');
  await idle();

  expect((await queueState(aws.bellQueueUrl)).deadlines.size).toBe(2);
});

test('portals are worked side by side, and one portal by one worker at a time', async () => {
  const doors = new Map([
    ['p1', gate()],
    ['p2', gate()],
  ]);
  const working: string[] = [];
  const { idle } = await start({
    worker: async ({ Records }) => {
      for (const { attributes } of Records) working.push(attributes.MessageGroupId ?? '');
      for (const { attributes } of Records) await doors.get(attributes.MessageGroupId ?? '')?.promise;
      return NOTHING_FAILED;
    },
  });

  await aws.stores.bells.send('p1');
  await until(() => working.length === 1);
  await aws.stores.bells.send('p1');
  await aws.stores.bells.send('p2');
  await until(() => working.length === 2);
  expect(working).toEqual(['p1', 'p2']);

  doors.get('p2')?.resolve();
  doors.get('p1')?.resolve();
  await idle();
  expect(working).toEqual(['p1', 'p2', 'p1']);
});

test('no more batches are worked at the same time than allowed', async () => {
  const door = gate();
  const working: string[] = [];
  const { idle } = await start(
    {
      worker: async ({ Records }) => {
        for (const { attributes } of Records) working.push(attributes.MessageGroupId ?? '');
        await door.promise;
        return NOTHING_FAILED;
      },
    },
    { concurrency: 1 },
  );
  await aws.stores.bells.send('p1');
  await until(() => working.length === 1);
  await aws.stores.bells.send('p2');

  expect((await queueState(aws.bellQueueUrl)).ready).toBe(1);

  door.resolve();
  await idle();
  expect(working).toEqual(['p1', 'p2']);
});

test('the time-out of a bell is prolonged while it is worked, unless the worker has hidden it for longer', async () => {
  const door = gate();
  let handle = '';
  const { idle } = await start(
    {
      worker: async ({ Records }) => {
        handle = Records[0]?.receiptHandle ?? '';
        await door.promise;
        return { batchItemFailures: Records.map(({ messageId }) => ({ itemIdentifier: messageId })) };
      },
    },
    { heartbeatMs: 5 },
  );
  const deadline = async () => (await queueState(aws.bellQueueUrl)).deadlines.get(handle) ?? 0;
  await aws.stores.bells.send('p1');
  await until(() => handle !== '');

  const first = await deadline();
  await until(async () => (await deadline()) > first);

  // A prolongation that is under way may still come after the first try.
  await until(async () => {
    await aws.stores.bells.hide(handle, 600);
    const hidden = await deadline();
    await new Promise((resolve) => setTimeout(resolve, 30));
    return (await deadline()) === hidden;
  });

  door.resolve();
  await idle();
  expect(await deadline()).toBeGreaterThan(Date.now() + 500_000);
});

test('the schedule fires on demand, and its failure is the caller’s', async () => {
  const { seen, note } = recorder<unknown>();
  const { fire } = await start({
    cleanup: async (event, context) => {
      note(event, context);
      if (seen.length > 1) throw new Error('no');
    },
  });

  await fire({ task: 'ring' });

  expect(seen[0]?.event).toEqual({ task: 'ring' });
  await expect(fire({ task: 'ring' })).rejects.toThrow('failed');
});

test('closing lets a running call end and takes no further one', async () => {
  const door = gate();
  const started = gate();
  const { close, url } = await start({
    robot: async () => {
      started.resolve();
      await door.promise;
      return { statusCode: 200, body: 'done' };
    },
  });
  const response = post('/robot');
  await started.promise;

  const closed = close();
  host = undefined;
  await expect(fetch(url)).rejects.toThrow();
  await new Promise((resolve) => setTimeout(resolve, 250)); // longer than all else that a close waits for
  door.resolve();
  await closed;

  expect(await (await response).text()).toBe('done');
});

test('a bell that rings while the host closes is there for the next one', async () => {
  const door = gate();
  const started = gate();
  const { close } = await start({
    robot: async () => {
      started.resolve();
      await door.promise;
      await aws.stores.bells.send('late');
      return { statusCode: 200 };
    },
  });
  const response = post('/robot');
  await started.promise;

  const closed = close();
  host = undefined;
  door.resolve();
  await closed;
  await response;

  const { ready, deadlines } = await queueState(aws.bellQueueUrl);
  const soon = [...deadlines.values()].filter((deadline) => deadline < Date.now() + 1100);
  expect(ready + soon.length).toBe(1);
});

test('a body can be sent in pieces', async () => {
  const { seen, note } = recorder<APIGatewayProxyEventV2>();
  await start({
    event: async (event, context) => {
      note(event, context);
      return { statusCode: 200, body: 'ok' };
    },
  });
  const outgoing = request(`${host?.url}/event`, { method: 'POST', headers: { 'content-type': 'text/plain' } });
  outgoing.write('one ');
  outgoing.end('two');
  const [incoming] = await once(outgoing, 'response');

  expect(await text(incoming)).toBe('ok');
  expect(seen[0]?.event.body).toBe('one two');
});
