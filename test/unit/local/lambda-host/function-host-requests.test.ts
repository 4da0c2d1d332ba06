import { once } from 'node:events';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { type HostStage, hostStage, recorder } from '../../../support/local/host-stage.ts';

let stage: HostStage;
beforeAll(async () => {
  stage = await hostStage();
});
afterEach(() => stage.clear());
afterAll(() => stage.close());

test('a form reaches the function in base64, with all that API Gateway adds to the request', async () => {
  const { seen, note } = recorder<APIGatewayProxyEventV2>();
  await stage.start({
    robot: async (event, context) => {
      note(event, context);
      return { statusCode: 200, headers: { 'x-own': 'yes' }, body: '{"status":"accepted"}' };
    },
  });

  const response = await stage.post('/robot?lang=de', {
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
  await stage.start({
    event: async (event, context) => {
      note(event, context);
      return { statusCode: 200 };
    },
  });

  await stage.post('/event', { body: '{"a":1}', headers: { 'content-type': 'application/json' } });

  expect(seen[0]?.event).toMatchObject({ isBase64Encoded: false, body: '{"a":1}' });
});

test('a result without a status code is the body of a 200', async () => {
  await stage.start({ install: async () => ({ fine: true }) as never });

  const response = await stage.post('/install');

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
  await stage.start({});

  const response = await fetch(`${stage.url()}${path}`, { method });

  expect(response.status).toBe(404);
  expect(await response.json()).toEqual({ message: 'Not Found' });
});

test('a function that throws is answered 500 without its message, and the host reports it', async () => {
  await stage.start({ robot: () => Promise.reject(new TypeError('inner detail')) });

  const response = await stage.post('/robot');

  expect(response.status).toBe(500);
  expect(await response.json()).toEqual({ message: 'Internal Server Error' });
  expect(stage.complaints).toEqual(['robot failed: TypeError: inner detail']);
});

test('a body beyond ten megabytes does not reach the function', async () => {
  const { seen, note } = recorder<APIGatewayProxyEventV2>();
  await stage.start({
    event: async (event, context) => {
      note(event, context);
      return { statusCode: 200 };
    },
  });

  const response = await stage.post('/event', { body: Buffer.alloc(10 * 1024 * 1024 + 1) });

  expect(response.status).toBe(413);
  expect(seen).toEqual([]);
});

test('a caller may disconnect in the middle of its request', async () => {
  await stage.start({});
  const broken = request(`${stage.url()}/event`, { method: 'POST', headers: { 'content-length': '100' } });
  broken.on('error', () => undefined);
  broken.write('half');
  await once(broken, 'socket').then(([socket]) => once(socket, 'connect'));
  broken.destroy();

  expect((await stage.post('/event')).status).toBe(200);
});

test('a body can be sent in pieces', async () => {
  const { seen, note } = recorder<APIGatewayProxyEventV2>();
  await stage.start({
    event: async (event, context) => {
      note(event, context);
      return { statusCode: 200, body: 'ok' };
    },
  });
  const outgoing = request(`${stage.url()}/event`, { method: 'POST', headers: { 'content-type': 'text/plain' } });
  outgoing.write('one ');
  outgoing.end('two');
  const [incoming] = await once(outgoing, 'response');

  expect(await text(incoming)).toBe('ok');
  expect(seen[0]?.event.body).toBe('one two');
});
