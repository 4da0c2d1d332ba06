import { expect, test } from '@jest/globals';
import { post, withServer } from '../../support/simulator/test-server.ts';

test('records every command with its parameters, its error and its time', () =>
  withServer({}, async (server, call) => {
    await call('batch', { cmd: { a: 'crm.change?id=1', b: 'crm.refuse?x=2' } });

    expect(server.ledger.requests).toEqual([
      {
        at: server.clock.now(),
        finishedAt: server.clock.now(),
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

test('records the error of a plain call and the user agent', () =>
  withServer({}, async (server) => {
    await post(`${server.webhookUrl()}crm.refuse`, {}, { 'user-agent': 'unbind/1.0' });

    expect(server.ledger.requests[0]).toMatchObject({
      status: 400,
      errorCode: 'ERROR_ARGUMENT',
      userAgent: 'unbind/1.0',
      tokenGeneration: null,
      commands: [{ error: 'ERROR_ARGUMENT' }],
    });
  }));

test('holds no token, webhook code or event token; of an event token it keeps the workflow', () =>
  withServer({}, async (server) => {
    const { accessToken } = server.issueGrant();
    const event = 'workflow.1|A1_2|random.signature';
    const cmd = { a: `base.ping?EVENT_TOKEN=${encodeURIComponent(event)}&auth=${accessToken}` };

    await post(`${server.url}/rest/base.ping`, { auth: accessToken, EVENT_TOKEN: event });
    await post(`${server.webhookUrl()}base.ping`, { access_token: accessToken });
    await post(`${server.url}/rest/batch`, { cmd }, { authorization: `Bearer ${accessToken}` });

    const ledger = JSON.stringify(server.ledger);
    expect(ledger).not.toContain(accessToken);
    expect(ledger).not.toContain('random.signature');
    expect(ledger).not.toContain(server.webhookUrl().split('/').at(-2));
    expect(server.ledger.requests[2]?.commands[0]?.params).toEqual({ EVENT_TOKEN: 'workflow.1[secret]' });
  }));
