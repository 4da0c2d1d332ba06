import { expect, test } from '@jest/globals';
import { startOauthServer } from '../../../../lib/simulator/oauth-server.ts';
import { post, replyOf, startTestServer, withServer } from '../../../support/simulator/test-server.ts';

test('answers every command under its key, each with its own time, and the batch with its own', () =>
  withServer({ settings: { operatingSecondsPerCall: { 'crm.value': 0.4 } } }, async (_front, call) => {
    const { status, body } = await call('batch', { cmd: { a: 'crm.value?value=1', b: 'CRM.VALUE?value=2' } });

    expect(status).toBe(200);
    expect(body.result).toMatchObject({
      result: { a: '1', b: '2' },
      result_error: [],
      result_total: [],
      result_next: [],
      result_time: { a: { operating: 0.4, operating_reset_at: expect.any(Number) }, b: { operating: 0.8 } },
    });
    expect(body.time).toMatchObject({ operating: 0, processing: 0.8 });
  }));

test('is HTTP 200 even when every command failed; a failed command has no status, no time, but its extras', () =>
  withServer({}, async (_front, call) => {
    const { status, body } = await call('batch', { cmd: { a: 'crm.refuse', b: 'crm.legacy', c: 'nothing.here' } });

    expect(status).toBe(200);
    expect(body.result).toEqual({
      result: [],
      result_error: {
        a: { error: 'ERROR_ARGUMENT', error_description: 'Wrong value', argument: 'PLACEMENT' },
        b: { error: '', error_description: 'Access denied.' },
        c: { error: 'ERROR_METHOD_NOT_FOUND', error_description: 'Method not found!' },
      },
      result_total: [],
      result_next: [],
      result_time: [],
    });
  }));

test('maps with the keys 0..n-1 are arrays, others are objects', () =>
  withServer({}, async (_front, call) => {
    const { body } = await call('batch', { cmd: ['crm.value?value=1', 'crm.refuse', 'crm.value?value=3'] });
    const whole = await call('batch', { cmd: ['crm.value?value=1', 'crm.list'] });

    expect(body.result?.result).toEqual({ 0: '1', 2: '3' });
    expect(body.result?.result_error).toMatchObject({ 1: { error: 'ERROR_ARGUMENT' } });
    expect(whole.body.result?.result).toEqual(['1', expect.any(Array)]);
    expect(whole.body.result?.result_total).toEqual({ 1: 52 });
    expect(whole.body.result?.result_next).toEqual({ 1: 50 });
  }));

test('runs 50 commands; each further one fails by itself', () =>
  withServer({}, async (server, call) => {
    const cmd = Object.fromEntries(Array.from({ length: 52 }, (_, n) => [`c${n}`, `crm.change?id=${n}`]));

    const { status, body } = await call('batch', { cmd });

    expect(status).toBe(200);
    expect(Object.keys(Object(body.result?.result))).toHaveLength(50);
    expect(body.result?.result_error).toMatchObject({
      c50: { error: 'ERROR_BATCH_LENGTH_EXCEEDED' },
      c51: { error: 'ERROR_BATCH_LENGTH_EXCEEDED' },
    });
    expect(server.ledger.changes).toHaveLength(50);
  }));

test('with halt the commands after the first error are in none of the maps', () =>
  withServer({}, async (server, call) => {
    const cmd = { a: 'crm.change?id=1', b: 'crm.refuse', c: 'crm.change?id=3' };

    const halted = await call('batch', { halt: 1, cmd });
    const unhalted = await call('batch', { halt: '0', cmd });

    expect(JSON.stringify(halted.body.result)).not.toContain('"c"');
    expect(halted.body.result?.result).toEqual({ a: true });
    expect(unhalted.body.result?.result).toEqual({ a: true, c: true });
    expect(server.ledger.requests[0]?.commands.map(({ executed }) => executed)).toEqual([true, true, false]);
  }));

test.each(['batch', 'download', 'upload'])('refuses %s inside a batch', (method) =>
  withServer({}, async (_front, call) => {
    const { body } = await call('batch', { cmd: { a: `${method}?cmd[x]=base.ping` } });

    expect(body.result?.result_error).toMatchObject({ a: { error: 'ERROR_BATCH_METHOD_NOT_ALLOWED' } });
  }),
);

test('decodes the values of a command once, and twice when the batch came as a form', () =>
  withServer({}, async (server) => {
    const { accessToken } = server.issueGrant();
    const command = `crm.value?value=${encodeURIComponent('a&b=c %23 #d ф')}`;

    const asJson = await post(`${server.url}/rest/batch`, { auth: accessToken, cmd: { a: command } });
    const asForm = await fetch(`${server.url}/rest/batch`, {
      method: 'POST',
      body: new URLSearchParams({ auth: accessToken, 'cmd[a]': command, 'cmd[b]': 'crm.value?value[x][]=1' }),
    });

    expect(asJson.body.result?.result).toEqual({ a: 'a&b=c %23 #d ф' });
    expect((await replyOf(asForm)).body.result?.result).toEqual({ a: 'a&b=c %23 #d ф', b: { x: ['1'] } });
  }));

test('loses what follows an unencoded # of a command', () =>
  withServer({}, async (_front, call) => {
    const { body } = await call('batch', { cmd: { a: 'crm.value?value=1#2&value=3' } });

    expect(body.result?.result).toEqual({ a: '1' });
  }));

test.each([
  ['$result[list][0][ID]', '7'],
  ['no $result[list][0][ID] yet', 'no 7 yet'],
  ['$result[list][0]', { ID: '7', NAME: 'a b' }],
  ['x $result[list][0]', 'x $result[list][0]'],
  ['$result[list][0][NONE]', { ID: '7', NAME: 'a b' }],
  ['$total[list]', 52],
  ['$next[list] left', '50 left'],
  ['$result[gone]', { list: expect.any(Array) }],
  ['$result', '$result'],
  ['$5', '$5'],
])('replaces %j by what an earlier command answered', (value, expected) =>
  withServer({}, async (_front, call) => {
    const cmd = { list: 'crm.list', use: `crm.value?value=${encodeURIComponent(value)}` };

    const { body } = await call('batch', { cmd });

    expect(body.result?.result?.use).toEqual(expected);
  }),
);

test('replaces references inside nested parameters', () =>
  withServer({}, async (server, call) => {
    const { body } = await call('batch', { cmd: { l: 'crm.list', use: 'crm.value?value[a][]=$result[l][1][ID]' } });

    expect(body.result?.result?.use).toEqual({ a: ['8'] });
    expect(server.ledger.requests[0]?.commands[1]?.params).toEqual({ value: { a: ['8'] } });
  }));

test('skips commands that are not text, and answers empty maps when there are no commands', () =>
  withServer({}, async (_front, call) => {
    const odd = await call('batch', { CMD: { a: 1, b: { c: 'base.ping' }, d: 'base.ping' } });
    const none = await call('batch', {});

    expect(odd.body.result?.result).toEqual({ d: 'pong' });
    expect(none.body.result).toEqual({
      result: [],
      result_error: [],
      result_total: [],
      result_next: [],
      result_time: [],
    });
  }));

test('a scope that is missing fails the one command', async () => {
  const oauth = await startOauthServer({ application: { scope: ['bizproc'] } });
  const server = await startTestServer({ oauth });
  const { accessToken } = server.issueGrant();

  const { status, body } = await post(`${server.url}/rest/batch`, {
    auth: accessToken,
    cmd: { a: 'crm.value', b: 'base.ping' },
  });

  expect(status).toBe(200);
  expect(body.result).toMatchObject({ result: { b: 'pong' }, result_error: { a: { error: 'insufficient_scope' } } });
  await server.close();
  await oauth.close();
});

test('all commands of a batch run for the same caller', () =>
  withServer({}, async (_front, call) => {
    const { body } = await call('batch', { cmd: { a: 'crm.echo?auth=other&x=1' } });

    expect(body.result?.result?.a).toMatchObject({ params: { x: '1' }, caller: { userId: 1 } });
  }));

test('a command may have a key that is special in JavaScript', () =>
  withServer({}, async (server) => {
    const { accessToken } = server.issueGrant();

    const response = await fetch(`${server.url}/rest/batch`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: `{"auth":"${accessToken}","cmd":{"__proto__":"base.ping"}}`,
    });

    expect(await response.text()).toContain('"__proto__":"pong"');
  }));
