import { expect, test } from '@jest/globals';
import { post, withFront } from '../../../support/simulator/test-front.ts';

test('notes every command with its parameters, its error and when it was', () =>
  withFront({}, async (front, call) => {
    await call('batch', { cmd: { a: 'crm.change?id=1', b: 'crm.refuse?x=2' } });

    expect(front.ledger.requests).toEqual([
      {
        at: front.clock.now(),
        finishedAt: front.clock.now(),
        host: 'portal',
        method: 'batch',
        commands: [
          { method: 'crm.change', params: { id: '1' }, error: null, executed: true },
          { method: 'crm.refuse', params: { x: '2' }, error: 'ERROR_ARGUMENT', executed: true },
        ],
        status: 200,
        errorCode: null,
        userAgent: expect.any(String),
        fault: null,
        tokenGeneration: 1,
        issuedGeneration: null,
      },
    ]);
  }));

test('notes the error of a plain call and the user agent', () =>
  withFront({}, async (front) => {
    await post(`${front.webhookUrl()}crm.refuse`, {}, { 'user-agent': 'unbind/1.0' });

    expect(front.ledger.requests[0]).toMatchObject({
      status: 400,
      errorCode: 'ERROR_ARGUMENT',
      userAgent: 'unbind/1.0',
      tokenGeneration: null,
      commands: [{ error: 'ERROR_ARGUMENT' }],
    });
  }));

test('holds no token, webhook code or event token; of an event token it keeps the workflow', () =>
  withFront({}, async (front) => {
    const { accessToken } = front.issueGrant();
    const event = 'workflow.1|A1_2|random.signature';
    const cmd = { a: `base.ping?EVENT_TOKEN=${encodeURIComponent(event)}&auth=${accessToken}` };

    await post(`${front.url}/rest/base.ping`, { auth: accessToken, EVENT_TOKEN: event });
    await post(`${front.webhookUrl()}base.ping`, { access_token: accessToken });
    await post(`${front.url}/rest/batch`, { cmd }, { authorization: `Bearer ${accessToken}` });

    const ledger = JSON.stringify(front.ledger);
    expect(ledger).not.toContain(accessToken);
    expect(ledger).not.toContain('random.signature');
    expect(ledger).not.toContain(front.webhookUrl().split('/').at(-2));
    expect(front.ledger.requests[2]?.commands[0]?.params).toEqual({ EVENT_TOKEN: 'workflow.1[secret]' });
  }));
