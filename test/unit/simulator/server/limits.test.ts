import { expect, test } from '@jest/globals';
import { get, NOON, withServer } from '../../../support/simulator/test-server.ts';

test.each([[{ drainPerSecond: 2, threshold: 50 }], [{ drainPerSecond: 5, threshold: 250 }]])(
  'the leaky bucket %j refuses what is above the threshold, before it looks at the token, and drains',
  (rateLimit) =>
    withServer({ settings: { rateLimit } }, async (server, call) => {
      const first = await Promise.all(Array.from({ length: rateLimit.threshold }, () => call('base.ping')));
      const above = await get(`${server.url}/rest/base.ping?auth=unknown`);
      server.clock.advance(1000);
      const later = await Promise.all(Array.from({ length: rateLimit.drainPerSecond + 1 }, () => call('base.ping')));

      expect(new Set(first.map(({ status }) => status))).toEqual(new Set([200]));
      expect(above).toMatchObject({ status: 503, body: { error: 'QUERY_LIMIT_EXCEEDED' } });
      expect(later.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([
        ...Array(rateLimit.drainPerSecond).fill(200),
        503,
      ]);
    }),
);

test('a batch counts as one request', () =>
  withServer({ settings: { rateLimit: { drainPerSecond: 2, threshold: 2 } } }, async (_front, call) => {
    const cmd = Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`c${n}`, 'base.ping']));

    expect((await call('batch', { cmd })).status).toBe(200);
    expect((await call('base.ping')).status).toBe(200);
    expect((await call('base.ping')).status).toBe(503);
  }));

const HEAVY = { operatingSecondsPerCall: { 'crm.change': 200 }, operatingLimitSeconds: 480 };

test('the call that crosses the limit of running time completes, the next one is refused with 429', () =>
  withServer({ settings: HEAVY }, async (server, call) => {
    const operating = [];
    for (let n = 0; n < 3; n += 1) operating.push((await call('crm.change')).body.time?.operating);

    expect(operating).toEqual([200, 400, 600]);
    expect(await call('crm.change')).toMatchObject({ status: 429, body: { error: 'OPERATION_TIME_LIMIT' } });
    expect((await call('base.ping')).status).toBe(200);
    expect((await get(`${server.webhookUrl()}crm.change`)).status).toBe(200);
    expect(server.ledger.changes).toHaveLength(4);
  }));

test('running time leaves the sum minute by minute, at the latest when operating_reset_at says so', () =>
  withServer({ settings: HEAVY }, async (server, call) => {
    await call('crm.change');
    server.clock.advance(60_000);
    await call('crm.change');
    const { body } = await call('crm.change');
    expect(body.time).toMatchObject({ operating: 600, operating_reset_at: NOON / 1000 + 600 });

    server.clock.advance(539_000);
    expect((await call('crm.change')).status).toBe(429);
    server.clock.advance(1000);
    const again = await call('crm.change');

    expect(again.status).toBe(200);
    expect(again.body.time).toMatchObject({ operating: 600, operating_reset_at: NOON / 1000 + 660 });
  }));

test('runs of a tenth of a second are not counted', () =>
  withServer({ settings: { operatingSecondsPerCall: { '*': 0.1 } } }, async (_front, call) => {
    expect((await call('base.ping')).body.time?.operating).toBe(0);
  }));

test('a method can be blocked for a fixed time instead', () =>
  withServer({ settings: { ...HEAVY, operatingBanSeconds: 300 } }, async (server, call) => {
    for (let n = 0; n < 3; n += 1) await call('crm.change');

    expect((await call('crm.change')).status).toBe(429);
    server.clock.advance(299_000);
    expect((await call('crm.change')).status).toBe(429);
    server.clock.advance(1000);
    expect((await call('crm.change')).body.time?.operating).toBe(200);
  }));

test('inside a batch the limit strikes command by command', () =>
  withServer({ settings: HEAVY }, async (server, call) => {
    const cmd = { a: 'crm.change', b: 'crm.change', c: 'crm.change', d: 'crm.change', e: 'base.ping' };

    const { status, body } = await call('batch', { cmd });

    expect(status).toBe(200);
    expect(body.result).toMatchObject({
      result: { a: true, b: true, c: true, e: 'pong' },
      result_error: { d: { error: 'OPERATION_TIME_LIMIT' } },
      result_time: { a: { operating: 200 }, b: { operating: 400 }, c: { operating: 600 } },
    });
    expect(server.ledger.requests[0]?.commands.map(({ executed }) => executed)).toEqual([
      true,
      true,
      true,
      false,
      true,
    ]);
  }));

test('a request that takes too long is cut off with 504 after a prefix of its commands', () =>
  withServer(
    { settings: { operatingSecondsPerCall: { 'crm.change': 25 }, cutOffSeconds: 60 } },
    async (server, call) => {
      const cmd = { a: 'crm.change?id=1', b: 'crm.change?id=2', c: 'crm.change?id=3', d: 'crm.change?id=4' };

      const { status, headers } = await call('batch', { cmd });

      expect(status).toBe(504);
      expect(headers.get('content-type')).toContain('text/html');
      expect(server.ledger.changes.map(({ data }) => data.id)).toEqual(['1', '2', '3']);
    },
  ));
