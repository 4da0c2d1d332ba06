import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from '@jest/globals';
import { answerTo, CALL, client, closePortals, NOW, portal } from '../../../support/bitrix24/client-fixture.ts';
import { answerJson } from '../../../support/bitrix24/fixture-server.ts';

afterEach(closePortals);

describe('the request', () => {
  test('carries the token in the JSON body and nowhere else', async () => {
    const server = await portal((_, response) => answerJson(response, 200, { result: true }));

    await client().send({ url: `${server.url}/rest/`, accessToken: 'secret-token' }, CALL);

    const [request] = server.requests;
    expect(request).toMatchObject({
      method: 'POST',
      path: '/rest/crm.activity.binding.delete',
      headers: { 'content-type': 'application/json', accept: 'application/json', connection: 'close' },
    });
    expect(request?.headers['user-agent']).toMatch(/^[\w-]+\/[\d.]+$/);
    expect(JSON.parse(request?.body ?? '')).toEqual({ ...CALL.params, auth: 'secret-token' });
  });

  test('of a webhook has no auth', async () => {
    const server = await portal((_, response) => answerJson(response, 200, { result: true }));

    await client().send({ url: `${server.url}/rest/1/code/`, accessToken: null }, CALL);

    expect(server.requests[0]?.path).toBe('/rest/1/code/crm.activity.binding.delete');
    expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual(CALL.params);
  });

  test('can be a form with PHP brackets', async () => {
    const server = await portal((_, response) => answerJson(response, 200, { result: true }));
    const call = { method: 'crm.activity.list', params: { filter: { '>ID': 5, '@TYPE': ['a&b', 'ü'] }, start: -1 } };

    await client({ encoding: 'form' }).send({ url: `${server.url}/rest/`, accessToken: 'secret-token' }, call);

    expect(server.requests[0]?.headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(Object.fromEntries(new URLSearchParams(server.requests[0]?.body))).toEqual({
      'filter[>ID]': '5',
      'filter[@TYPE][0]': 'a&b',
      'filter[@TYPE][1]': 'ü',
      start: '-1',
      auth: 'secret-token',
    });
  });
});

describe('an answer', () => {
  test('of success has its time, read leniently', async () => {
    const answer = await answerTo((response) =>
      answerJson(response, 200, { result: true, time: { operating: 3.307624, operating_reset_at: 1_787_220_142 } }),
    );

    expect(answer).toEqual({
      kind: 'result',
      result: true,
      next: null,
      total: null,
      time: { operating: 3.307624, operatingResetAt: 1_787_220_142_000 },
    });
  });

  test.each([
    [undefined, null],
    [[], null],
    [{ operating_reset_at: '2026-08-20T12:52:22+03:00' }, Date.parse('2026-08-20T12:52:22+03:00')],
    [{ operating_reset_at: '1787220142' }, 1_787_220_142_000],
    [{ operating_reset_at: 'soon' }, null],
    [{ operating_reset_at: null }, null],
  ])('with the time %j resets at %p', async (time, operatingResetAt) => {
    const answer = await answerTo((response) => answerJson(response, 200, { result: [], time }));

    expect(answer).toMatchObject({ kind: 'result', time: { operatingResetAt } });
  });

  test('of a list has next and total', async () => {
    const answer = await answerTo((response) => answerJson(response, 200, { result: [], next: 50, total: 120 }));

    expect(answer).toMatchObject({ kind: 'result', next: 50, total: 120 });
  });

  test.each([false, null, 0, {}])('with the result %j is a result', async (result) => {
    expect(await answerTo((response) => answerJson(response, 200, { result }))).toMatchObject({
      kind: 'result',
      result,
    });
  });

  test.each([
    [200, { error: 'wrong_client', error_description: 'x' }, 'wrong_client'],
    [200, { result: true, error: 'ERROR_ARGUMENT', error_description: 'x', argument: 'PLACEMENT' }, 'ERROR_ARGUMENT'],
    [400, { error: '', error_description: 'Access denied.' }, ''],
    [400, { error: 100, error_description: 'x' }, '100'],
    [400, { error: '0' }, '0'],
    [400, { error: { code: 'BITRIX_REST_V3_EXCEPTION', message: 'x' } }, 'BITRIX_REST_V3_EXCEPTION'],
    [500, { error: 'INTERNAL_SERVER_ERROR' }, 'INTERNAL_SERVER_ERROR'],
  ])('with the status %d and %j is an error', async (status, body, code) => {
    expect(await answerTo((response) => answerJson(response, status, body))).toMatchObject({
      kind: 'error',
      code,
      status,
    });
  });

  test.each([
    [200, '<html>maintenance</html>', 'unanswered'],
    [200, '', 'unanswered'],
    [200, '{"result":tr', 'unanswered'],
    [200, '[]', 'unanswered'],
    [200, '{"something":1}', 'unanswered'],
    [408, 'Request Timeout', 'unanswered'],
    [500, '<html></html>', 'unanswered'],
    [502, '<html></html>', 'unanswered'],
    [504, '', 'unanswered'],
    [500, '{"message":"gateway"}', 'unanswered'],
    [400, '<html></html>', 'unanswered'],
    [404, '', 'unanswered'],
    [413, 'too large', 'unanswered'],
    [429, 'slow down', 'unsent'],
    [503, '<html>busy</html>', 'unsent'],
  ])('with the status %d and the body %j is %s', async (status, body, kind) => {
    const answer = await answerTo((response) => response.writeHead(status).end(body));

    expect(answer).toMatchObject(kind === 'unsent' ? { kind } : { kind, status, begunBy: NOW });
  });

  test.each([301, 302, 307, 308])(
    'with the redirect %d says that the portal moved, and nothing follows it',
    async (status) => {
      const elsewhere = await portal((_, response) => answerJson(response, 200, { result: true }));

      const answer = await answerTo((response) =>
        response.writeHead(status, { location: `${elsewhere.url}/rest/crm.activity.binding.delete` }).end(),
      );

      expect(answer).toMatchObject({ kind: 'error', code: 'PORTAL_MOVED', status });
      expect(elsewhere.requests).toHaveLength(0);
    },
  );

  test('may be compressed', async () => {
    const body = gzipSync(JSON.stringify({ result: true }));

    const answer = await answerTo((response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(body));

    expect(answer).toMatchObject({ kind: 'result', result: true });
  });

  test.each([
    ['plain', Buffer.alloc(5 * 1024 * 1024, ' '), {}],
    ['compressed', gzipSync(Buffer.alloc(5 * 1024 * 1024, ' ')), { 'content-encoding': 'gzip' }],
  ])('of 5 MiB, %s, is not read to its end', async (_, body, headers) => {
    const answer = await answerTo((response) => response.writeHead(200, headers).end(body));

    expect(answer).toMatchObject({ kind: 'unanswered', reason: 'answer too large', status: 200 });
  });
});
