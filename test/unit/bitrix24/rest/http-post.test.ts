import { afterEach, expect, test } from '@jest/globals';
import { httpPost } from '../../../../lib/bitrix24/rest/http-post.ts';
import { closePortals, portal } from '../../../support/bitrix24/client-fixture.ts';

afterEach(closePortals);

const post = (url: string, timeoutMs = 2_000) =>
  httpPost({ url, contentType: 'text/plain', body: 'hello', userAgent: 'test/1', timeoutMs });

test('sends one request and returns status and text', async () => {
  const server = await portal((_, response) => response.writeHead(418).end('tea'));

  expect(await post(`${server.url}/x`)).toEqual({ kind: 'response', status: 418, text: 'tea', location: null });
  expect(server.requests).toMatchObject([
    { method: 'POST', path: '/x', body: 'hello', headers: { 'user-agent': 'test/1', connection: 'close' } },
  ]);
});

test('does not follow a redirect', async () => {
  const server = await portal((_, response) => response.writeHead(302, { location: '/elsewhere' }).end());

  expect(await post(server.url)).toMatchObject({ kind: 'response', status: 302, location: '/elsewhere' });
  expect(server.requests).toHaveLength(1);
});

test('knows that nothing was sent when nobody listens', async () => {
  const server = await portal(() => undefined);
  const { url } = server;
  await closePortals();

  expect(await post(url)).toEqual({ kind: 'unsent', reason: 'ECONNREFUSED' });
});

test('leaves it open when the other side does not answer in time', async () => {
  const server = await portal(() => undefined);

  expect(await post(server.url, 100)).toEqual({ kind: 'lost', reason: 'ETIMEDOUT', status: null });
});
