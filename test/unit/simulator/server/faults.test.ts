import { expect, test } from '@jest/globals';
import type { FaultKind } from '../../../../lib/simulator/fault-script.ts';
import type { PortalServer } from '../../../../lib/simulator/server/portal.ts';
import { post, withServer } from '../../../support/simulator/test-server.ts';

const changed = ({ ledger }: PortalServer): unknown[] => ledger.changes.map(({ data }) => data.id);
const BAD_GATEWAY: FaultKind = { status: 502, body: '<html>Bad Gateway</html>' };
const CMD = { a: 'crm.change?id=1', b: 'crm.change?id=2', c: 'crm.change?id=3' };
/** Lets what other sockets do come through. */
const aMoment = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

test.each([
  ['before', []],
  ['after', [1]],
] as const)('cuts the connection %s the change', (when, ids) =>
  withServer({}, async (server, call) => {
    server.script({ method: 'crm.change', when, kind: 'close' });

    await expect(call('crm.change', { id: 1 })).rejects.toThrow();

    expect(changed(server)).toEqual(ids);
    expect(server.ledger.requests[0]).toMatchObject({ status: null, fault: 'close', finishedAt: expect.any(Number) });
  }),
);

test.each([
  ['before', []],
  ['after', [1]],
] as const)('hangs %s the change until the client gives up', (when, ids) =>
  withServer({}, async (server) => {
    server.script({ when, kind: 'hang' });
    const request = fetch(`${server.webhookUrl()}crm.change`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"id":1}',
      signal: AbortSignal.timeout(20),
    });

    await expect(request).rejects.toThrow();
    await aMoment();

    expect(changed(server)).toEqual(ids);
    expect(server.ledger.requests[0]?.finishedAt).not.toBeNull();
  }),
);

test('closing the portal ends calls that hang', async () => {
  let hanging: Promise<unknown> = Promise.resolve();
  await withServer({}, async (server, call) => {
    server.script({ kind: 'hang' });
    hanging = call('base.ping').catch(() => 'ended');
    while (server.ledger.requests.length === 0) await aMoment();
  });

  expect(await hanging).toBe('ended');
});

test.each([
  ['before', []],
  ['after', [1]],
] as const)('answers 502 with HTML %s the change', (when, ids) =>
  withServer({}, async (server, call) => {
    server.script({ method: 'CRM.change', when, kind: BAD_GATEWAY });

    const { status, headers, body } = await call('crm.change', { id: 1 });

    expect({ status, body }).toEqual({ status: 502, body: '<html>Bad Gateway</html>' });
    expect(headers.get('content-type')).toContain('text/html');
    expect(changed(server)).toEqual(ids);
  }),
);

test('answers an error with the known status and text, or with the ones given', () =>
  withServer({}, async (server, call) => {
    server.script({ kind: { error: { code: 'OVERLOAD_LIMIT' } } });
    server.script({ kind: { error: { code: 'OVERLOAD_LIMIT', description: 'Blocked', status: 418 } } });

    expect(await call('base.ping')).toMatchObject({ status: 503, body: { error: 'OVERLOAD_LIMIT' } });
    expect(await call('base.ping')).toMatchObject({ status: 418, body: { error_description: 'Blocked' } });
    expect(server.ledger.requests[0]).toMatchObject({ status: 503, errorCode: 'OVERLOAD_LIMIT' });
  }));

test('answers late by the portal’s clock', () =>
  withServer({}, async (server, call) => {
    server.script({ kind: { delayMs: 30_000 } });
    const answer = call('crm.change', { id: 1 });
    while (server.ledger.requests.length === 0) await aMoment();

    expect(changed(server)).toEqual([]);
    server.clock.advance(30_000);

    expect((await answer).status).toBe(200);
    expect(changed(server)).toEqual([1]);
  }));

test('strikes the nth matching call, as often as told', () =>
  withServer({}, async (server, call) => {
    server.script({ method: 'crm.change', nth: 2, times: 2, kind: BAD_GATEWAY });
    const statuses = [];

    await call('base.ping');
    for (let id = 1; id <= 4; id += 1) statuses.push((await call('crm.change', { id })).status);

    expect(statuses).toEqual([200, 502, 502, 200]);
  }));

test('faults for the same call strike one after the other', () =>
  withServer({}, async (server, call) => {
    server.script({ kind: BAD_GATEWAY });
    server.script({ kind: { status: 500, body: '' } });

    expect([(await call('base.ping')).status, (await call('base.ping')).status]).toEqual([502, 500]);
    expect((await call('base.ping')).status).toBe(200);
  }));

test('carries a change out only later, as PHP goes on working after the connection was cut', () =>
  withServer({}, async (server, call) => {
    server.script({ method: 'crm.change', when: 'after', late: 50_000, kind: 'close' });

    await expect(call('crm.change', { id: 1 })).rejects.toThrow();
    server.clock.advance(49_999);
    await aMoment();
    expect(changed(server)).toEqual([]);

    server.clock.advance(1);
    await aMoment();
    expect(changed(server)).toEqual([1]);
    expect(server.ledger.changes[0]?.at).toBe(server.clock.now());
  }));

test('strikes a whole batch', () =>
  withServer({}, async (server, call) => {
    server.script({ method: 'batch', when: 'after', kind: 'close' });
    server.script({ method: 'batch', when: 'before', kind: 'close' });

    await expect(call('batch', { cmd: CMD })).rejects.toThrow();
    expect(changed(server)).toEqual(['1', '2', '3']);
    await expect(call('batch', { cmd: CMD })).rejects.toThrow();
    expect(changed(server)).toHaveLength(3);
    expect(server.ledger.requests[1]?.commands.map(({ executed }) => executed)).toEqual([false, false, false]);
  }));

test('a whole batch can be carried out only later', () =>
  withServer({}, async (server, call) => {
    server.script({ method: 'batch', when: 'after', late: 10_000, kind: { status: 504, body: '' } });

    expect((await call('batch', { cmd: CMD })).status).toBe(504);
    expect(changed(server)).toEqual([]);
    server.clock.advance(10_000);
    await aMoment();
    expect(changed(server)).toEqual(['1', '2', '3']);
  }));

test.each([
  ['before', ['1', '3']],
  ['after', ['1', '2', '3']],
] as const)('a command inside a batch can get an error of its own %s its change', (when, ids) =>
  withServer({}, async (server, call) => {
    server.script({
      method: 'crm.change',
      inBatch: true,
      nth: 2,
      when,
      kind: { error: { code: 'QUERY_LIMIT_EXCEEDED' } },
    });

    const { status, body } = await call('batch', { cmd: CMD });

    expect(status).toBe(200);
    expect(body.result?.result_error).toEqual({
      b: { error: 'QUERY_LIMIT_EXCEEDED', error_description: 'Too many requests' },
    });
    expect(changed(server)).toEqual(ids);
  }),
);

test.each([
  ['before', 'close', ['1']],
  ['after', 'close', ['1', '2']],
  ['after', BAD_GATEWAY, ['1', '2']],
] as const)('the process can die %s a command inside a batch (%j): a prefix was executed', (when, kind, ids) =>
  withServer({}, async (server, call) => {
    server.script({ method: 'crm.change', inBatch: true, nth: 2, when, kind });

    const status = await call('batch', { cmd: CMD }).then(
      (reply) => reply.status,
      () => null,
    );

    expect(status).toBe(kind === 'close' ? null : 502);
    expect(changed(server)).toEqual(ids);
    expect(server.ledger.requests[0]?.commands.map(({ executed }) => executed)).toEqual(
      ['1', '2', '3'].map((id) => ids.some((one) => one === id)),
    );
  }),
);

test('a command and the rest of its batch can be carried out only later', () =>
  withServer({}, async (server, call) => {
    server.script({ method: 'crm.change', inBatch: true, nth: 2, when: 'after', late: 5000, kind: 'close' });

    await expect(call('batch', { cmd: CMD })).rejects.toThrow();
    expect(changed(server)).toEqual(['1']);

    server.clock.advance(5000);
    await aMoment();
    expect(changed(server)).toEqual(['1', '2', '3']);
  }));

test('a fault for commands of a batch leaves plain calls alone, and the other way round', () =>
  withServer({}, async (server, call) => {
    server.script({ method: 'crm.change', inBatch: true, kind: 'close' });
    expect((await call('crm.change', { id: 1 })).status).toBe(200);

    server.clearFaults();
    server.script({ method: 'crm.change', kind: 'close' });
    expect((await call('batch', { cmd: CMD })).status).toBe(200);
  }));

test('strikes before the authorization is looked at', () =>
  withServer({}, async (server) => {
    server.script({ kind: BAD_GATEWAY });

    expect((await post(`${server.url}/rest/base.ping`, { auth: 'unknown' })).status).toBe(502);
  }));
