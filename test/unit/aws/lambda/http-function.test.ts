import { describe, expect, test } from '@jest/globals';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { httpFunction } from '../../../../lib/aws/lambda/http-function.ts';
import type { Inbound, Reply } from '../../../../lib/inbound/accept-job.ts';

const ACCEPTED: Reply = { status: 200, body: { status: 'accepted' } };

async function invoke(event: object, receive: (inbound: Inbound) => Promise<Reply>) {
  const logged: unknown[] = [];
  const log = (name: string, fields: object = {}) => void logged.push({ event: name, ...fields });
  const handler = httpFunction(receive, { info: log, warn: log, error: log });
  const context = { getRemainingTimeInMillis: () => 1000 } as Context;
  return { answer: await handler({ headers: {}, ...event } as APIGatewayProxyEventV2, context), logged };
}

describe('httpFunction', () => {
  test.each([
    ['text', { body: 'a=ü', isBase64Encoded: false }, 'a=ü'],
    ['base64', { body: Buffer.from('a=ü').toString('base64'), isBase64Encoded: true }, 'a=ü'],
    ['no body', {}, ''],
  ])('hands over the raw body of %s', async (_, event, body) => {
    const received: Inbound[] = [];

    await invoke({ ...event, headers: { 'content-type': 'text/x' } }, async (inbound) => {
      received.push(inbound);
      return ACCEPTED;
    });

    expect(received.map((inbound) => [Buffer.from(inbound.body).toString(), inbound.contentType])).toEqual([
      [body, 'text/x'],
    ]);
  });

  test('answers with JSON that nobody stores', async () => {
    const { answer } = await invoke({}, async () => ACCEPTED);

    expect(answer).toEqual({
      statusCode: 200,
      headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
      body: '{"status":"accepted"}',
    });
  });

  test('answers an unexpected error without its message, and raises an alarm', async () => {
    const { answer, logged } = await invoke({}, () => Promise.reject(new TypeError('with a token')));

    expect(answer).toMatchObject({ statusCode: 500 });
    expect(JSON.stringify([answer, logged])).not.toContain('with a token');
    expect(logged).toEqual([{ event: 'function_failed', error: 'TypeError', alarm: true }]);
  });
});
