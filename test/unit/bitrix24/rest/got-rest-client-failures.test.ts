import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { answerTo, CALL, client, clock, closePortals, NOW, portal } from '../../../support/bitrix24/client-fixture.ts';
import { fixtureServer } from '../../../support/bitrix24/fixture-server.ts';

afterEach(closePortals);

describe('a failure of the wire', () => {
  test('before the connection is up means that nothing was sent', async () => {
    const server = await fixtureServer(() => undefined);
    await server.close();

    const answer = await client().send({ url: `${server.url}/rest/`, accessToken: 'secret-token' }, CALL);

    expect(answer).toEqual({ kind: 'unsent', reason: 'ECONNREFUSED' });
  });

  test('of looking up the name means that nothing was sent', async () => {
    const answer = await client({ timeoutMs: 1_000 }).send(
      { url: 'https://portal.invalid/rest/', accessToken: 'secret-token' },
      CALL,
    );

    expect(answer).toMatchObject({ kind: 'unsent' });
  });

  test('after the request was sent leaves the outcome open', async () => {
    const answer = await answerTo((response) => response.destroy());

    expect(answer).toMatchObject({ kind: 'unanswered', status: null, begunBy: NOW });
  });

  test.each<[string, (response: ServerResponse) => void]>([
    ['a reset', (response) => response.destroy()],
    ['a busy front end', (response) => response.writeHead(503, { 'retry-after': '0' }).end()],
    ['a gateway without answer', (response) => response.writeHead(504).end()],
  ])('such as %s never makes the client send again by itself', async (_, respond) => {
    const server = await portal((_request, response) => respond(response));

    await client().send({ url: `${server.url}/rest/`, accessToken: null }, CALL);

    expect(server.requests).toHaveLength(1);
  });

  test('in the middle of the answer leaves the outcome open', async () => {
    const answer = await answerTo((response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
      response.write('{"result":true}', () => response.destroy());
    });

    expect(answer).toMatchObject({ kind: 'unanswered', status: 200, begunBy: NOW });
  });

  test('counts from the moment at which the portal had the whole request', async () => {
    let now = NOW;
    // A server that reads the request only after a while: the connection is up, and nothing can have begun.
    const server = createServer({ pauseOnConnect: true }, (socket) => {
      now += 20_000;
      socket.on('error', () => undefined);
      socket.on('data', (chunk: Buffer) => {
        if (chunk.includes('the end')) socket.destroy();
      });
      socket.resume();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/rest/`;
    const params = { long: 'x'.repeat(16 * 1024 * 1024), last: 'the end' };

    const answer = await client({ clock: { ...clock, now: () => now } }).send(
      { url, accessToken: null },
      { ...CALL, params },
    );
    server.close();

    expect(answer).toMatchObject({ kind: 'unanswered', begunBy: NOW + 20_000 });
  });

  test('by time-out leaves the outcome open', async () => {
    const answer = await answerTo(() => undefined, { timeoutMs: 40 });

    expect(answer).toMatchObject({ kind: 'unanswered', reason: 'ETIMEDOUT', begunBy: NOW });
  });

  test('that is not HTTP at all leaves the outcome open', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end('this is not HTTP\r\n\r\n'));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;

    const answer = await client().send({ url: `http://127.0.0.1:${port}/rest/`, accessToken: null }, CALL);
    server.close();

    expect(answer).toMatchObject({ kind: 'unanswered' });
  });

  test.each<[string, (response: ServerResponse) => void]>([
    ['a reset', (response) => response.destroy()],
    ['a page that repeats the request', (response) => response.writeHead(502).end('secret-token secret-code')],
    ['an unreadable answer', (response) => response.writeHead(200).end('secret-token secret-code')],
  ])('by %s shows neither token nor webhook', async (_, respond) => {
    const answer = await answerTo(respond);

    expect(JSON.stringify(answer)).not.toMatch(/secret/);
  });
});
