import { expect, test } from '@jest/globals';
import type { FaultKind } from '../../../../lib/simulator/fault-script.ts';
import type { Front } from '../../../../lib/simulator/front/front.ts';
import { post, withFront } from '../../../support/simulator/test-front.ts';

const changed = ({ ledger }: Front): unknown[] => ledger.changes.map(({ data }) => data.id);
const BAD_GATEWAY: FaultKind = { status: 502, body: '<html>Bad Gateway</html>' };
const CMD = { a: 'crm.change?id=1', b: 'crm.change?id=2', c: 'crm.change?id=3' };
/** Lets what other sockets do come through. */
const aMoment = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

test.each([
  ['before', []],
  ['after', [1]],
] as const)('cuts the connection %s the change', (when, ids) =>
  withFront({}, async (front, call) => {
    front.script({ method: 'crm.change', when, kind: 'close' });

    await expect(call('crm.change', { id: 1 })).rejects.toThrow();

    expect(changed(front)).toEqual(ids);
    expect(front.ledger.requests[0]).toMatchObject({ status: null, fault: 'close', finishedAt: expect.any(Number) });
  }),
);

test.each([
  ['before', []],
  ['after', [1]],
] as const)('hangs %s the change until the client gives up', (when, ids) =>
  withFront({}, async (front) => {
    front.script({ when, kind: 'hang' });
    const request = fetch(`${front.webhookUrl()}crm.change`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"id":1}',
      signal: AbortSignal.timeout(20),
    });

    await expect(request).rejects.toThrow();
    await aMoment();

    expect(changed(front)).toEqual(ids);
    expect(front.ledger.requests[0]?.finishedAt).not.toBeNull();
  }),
);

test('closing the portal ends calls that hang', async () => {
  let hanging: Promise<unknown> = Promise.resolve();
  await withFront({}, async (front, call) => {
    front.script({ kind: 'hang' });
    hanging = call('base.ping').catch(() => 'ended');
    while (front.ledger.requests.length === 0) await aMoment();
  });

  expect(await hanging).toBe('ended');
});

test.each([
  ['before', []],
  ['after', [1]],
] as const)('answers 502 with HTML %s the change', (when, ids) =>
  withFront({}, async (front, call) => {
    front.script({ method: 'CRM.change', when, kind: BAD_GATEWAY });

    const { status, headers, body } = await call('crm.change', { id: 1 });

    expect({ status, body }).toEqual({ status: 502, body: '<html>Bad Gateway</html>' });
    expect(headers.get('content-type')).toContain('text/html');
    expect(changed(front)).toEqual(ids);
  }),
);

test('answers an error with the known status and text, or with the ones given', () =>
  withFront({}, async (front, call) => {
    front.script({ kind: { error: { code: 'OVERLOAD_LIMIT' } } });
    front.script({ kind: { error: { code: 'OVERLOAD_LIMIT', description: 'Blocked', status: 418 } } });

    expect(await call('base.ping')).toMatchObject({ status: 503, body: { error: 'OVERLOAD_LIMIT' } });
    expect(await call('base.ping')).toMatchObject({ status: 418, body: { error_description: 'Blocked' } });
    expect(front.ledger.requests[0]).toMatchObject({ status: 503, errorCode: 'OVERLOAD_LIMIT' });
  }));

test('answers late, by the portal’s clock', () =>
  withFront({}, async (front, call) => {
    front.script({ kind: { delayMs: 30_000 } });
    const answer = call('crm.change', { id: 1 });
    while (front.ledger.requests.length === 0) await aMoment();

    expect(changed(front)).toEqual([]);
    front.clock.advance(30_000);

    expect((await answer).status).toBe(200);
    expect(changed(front)).toEqual([1]);
  }));

test('strikes the nth matching call, as often as told', () =>
  withFront({}, async (front, call) => {
    front.script({ method: 'crm.change', nth: 2, times: 2, kind: BAD_GATEWAY });
    const statuses = [];

    await call('base.ping');
    for (let id = 1; id <= 4; id += 1) statuses.push((await call('crm.change', { id })).status);

    expect(statuses).toEqual([200, 502, 502, 200]);
  }));

test('faults for the same call strike one after the other', () =>
  withFront({}, async (front, call) => {
    front.script({ kind: BAD_GATEWAY });
    front.script({ kind: { status: 500, body: '' } });

    expect([(await call('base.ping')).status, (await call('base.ping')).status]).toEqual([502, 500]);
    expect((await call('base.ping')).status).toBe(200);
  }));

test('carries a change out only later, as PHP goes on working after the connection was cut', () =>
  withFront({}, async (front, call) => {
    front.script({ method: 'crm.change', when: 'after', late: 50_000, kind: 'close' });

    await expect(call('crm.change', { id: 1 })).rejects.toThrow();
    front.clock.advance(49_999);
    await aMoment();
    expect(changed(front)).toEqual([]);

    front.clock.advance(1);
    await aMoment();
    expect(changed(front)).toEqual([1]);
    expect(front.ledger.changes[0]?.at).toBe(front.clock.now());
  }));

test('strikes a whole batch', () =>
  withFront({}, async (front, call) => {
    front.script({ method: 'batch', when: 'after', kind: 'close' });
    front.script({ method: 'batch', when: 'before', kind: 'close' });

    await expect(call('batch', { cmd: CMD })).rejects.toThrow();
    expect(changed(front)).toEqual(['1', '2', '3']);
    await expect(call('batch', { cmd: CMD })).rejects.toThrow();
    expect(changed(front)).toHaveLength(3);
    expect(front.ledger.requests[1]?.commands.map(({ executed }) => executed)).toEqual([false, false, false]);
  }));

test('a whole batch can be carried out only later', () =>
  withFront({}, async (front, call) => {
    front.script({ method: 'batch', when: 'after', late: 10_000, kind: { status: 504, body: '' } });

    expect((await call('batch', { cmd: CMD })).status).toBe(504);
    expect(changed(front)).toEqual([]);
    front.clock.advance(10_000);
    await aMoment();
    expect(changed(front)).toEqual(['1', '2', '3']);
  }));

test.each([
  ['before', ['1', '3']],
  ['after', ['1', '2', '3']],
] as const)('a command inside a batch can get an error of its own %s its change', (when, ids) =>
  withFront({}, async (front, call) => {
    front.script({
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
    expect(changed(front)).toEqual(ids);
  }),
);

test.each([
  ['before', 'close', ['1']],
  ['after', 'close', ['1', '2']],
  ['after', BAD_GATEWAY, ['1', '2']],
] as const)('the process can die %s a command inside a batch (%j): a prefix was executed', (when, kind, ids) =>
  withFront({}, async (front, call) => {
    front.script({ method: 'crm.change', inBatch: true, nth: 2, when, kind });

    const status = await call('batch', { cmd: CMD }).then(
      (reply) => reply.status,
      () => null,
    );

    expect(status).toBe(kind === 'close' ? null : 502);
    expect(changed(front)).toEqual(ids);
    expect(front.ledger.requests[0]?.commands.map(({ executed }) => executed)).toEqual(
      ['1', '2', '3'].map((id) => ids.some((one) => one === id)),
    );
  }),
);

test('a command and the rest of its batch can be carried out only later', () =>
  withFront({}, async (front, call) => {
    front.script({ method: 'crm.change', inBatch: true, nth: 2, when: 'after', late: 5000, kind: 'close' });

    await expect(call('batch', { cmd: CMD })).rejects.toThrow();
    expect(changed(front)).toEqual(['1']);

    front.clock.advance(5000);
    await aMoment();
    expect(changed(front)).toEqual(['1', '2', '3']);
  }));

test('a fault for commands of a batch leaves plain calls alone, and the other way round', () =>
  withFront({}, async (front, call) => {
    front.script({ method: 'crm.change', inBatch: true, kind: 'close' });
    expect((await call('crm.change', { id: 1 })).status).toBe(200);

    front.clearFaults();
    front.script({ method: 'crm.change', kind: 'close' });
    expect((await call('batch', { cmd: CMD })).status).toBe(200);
  }));

test('strikes before the authorization is looked at', () =>
  withFront({}, async (front) => {
    front.script({ kind: BAD_GATEWAY });

    expect((await post(`${front.url}/rest/base.ping`, { auth: 'unknown' })).status).toBe(502);
  }));
