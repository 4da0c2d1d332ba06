import { expect, test } from '@jest/globals';
import { NOON, withServer } from '../../../support/simulator/test-server.ts';

test('a success has its time, with the running time of the method', () =>
  withServer({ settings: { operatingSecondsPerCall: { 'base.ping': 1.5 } } }, async (_front, call) => {
    const { body } = await call('base.ping');

    expect(Object.keys(body)).toEqual(['result', 'time']);
    expect(body.time).toEqual({
      start: NOON / 1000,
      finish: NOON / 1000,
      duration: 0,
      processing: 1.5,
      date_start: '2026-08-20T15:00:00+03:00',
      date_finish: '2026-08-20T15:00:00+03:00',
      operating_reset_at: NOON / 1000 + 600,
      operating: 1.5,
    });
  }));

test('the running time can be absent, or give its reset as an ISO date', () =>
  withServer({}, async (server, call) => {
    server.settings.time = { operating: false, resetAt: 'unix', wholeSeconds: false };
    const without = (await call('base.ping')).body.time;
    server.settings.time = { operating: true, resetAt: 'absent', wholeSeconds: false };
    const withoutReset = (await call('base.ping')).body.time;
    server.settings.time = { operating: true, resetAt: 'iso', wholeSeconds: false };
    const iso = (await call('base.ping')).body.time;

    expect(without).not.toHaveProperty('operating');
    expect(without).not.toHaveProperty('operating_reset_at');
    expect(withoutReset).toHaveProperty('operating');
    expect(withoutReset).not.toHaveProperty('operating_reset_at');
    expect(iso?.operating_reset_at).toBe('2026-08-20T15:10:00+03:00');
  }));

test('times are fractions of seconds unless set to be whole ones', () =>
  withServer({}, async (server, call) => {
    server.clock.advance(250);
    expect((await call('base.ping')).body.time?.start).toBe(NOON / 1000 + 0.25);

    server.settings.time.wholeSeconds = true;
    expect((await call('base.ping')).body.time?.start).toBe(NOON / 1000);
  }));

test('a list has total and next beside its result', () =>
  withServer({}, async (_front, call) => {
    const { body } = await call('crm.list');

    expect(body).toMatchObject({ result: [{ ID: '7' }, { ID: '8' }], total: 52, next: 50 });
  }));

test('an error has no time, and the extra keys of its own and of the settings', () =>
  withServer({ settings: { errorExtras: { hint: 'x' } } }, async (_front, call) => {
    const { status, body } = await call('crm.refuse');

    expect(status).toBe(400);
    expect(body).toEqual({
      error: 'ERROR_ARGUMENT',
      error_description: 'Wrong value',
      argument: 'PLACEMENT',
      hint: 'x',
    });
  }));

test('an error can have an empty code', () =>
  withServer({}, async (_front, call) => {
    expect(await call('crm.legacy')).toMatchObject({
      status: 400,
      body: { error: '', error_description: 'Access denied.' },
    });
  }));

test('an error can come with HTTP 200', () =>
  withServer({}, async (_front, call) => {
    const { status, body } = await call('placement.refuse');

    expect(status).toBe(200);
    expect(body).toEqual({ error: 'ERROR_PLACEMENT_MAX_COUNT', error_description: 'Too many' });
  }));

test('nothing is answered as null', () =>
  withServer({}, async (_front, call) => {
    expect((await call('crm.value')).body.result).toBeNull();
  }));
