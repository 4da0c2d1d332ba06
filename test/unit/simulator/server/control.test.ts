import { expect, test } from '@jest/globals';
import { get, NOON, post, textOf, withServer } from '../../../support/simulator/test-server.ts';

test('seeds the portal, shows what is in it and lets a person act', () =>
  withServer({}, async (server) => {
    expect(await post(`${server.url}/control/seed`, { deals: [{ id: 1 }] })).toMatchObject({ status: 200 });

    expect((await get(`${server.url}/control/state`)).body).toEqual({ deals: [{ id: 1 }] });
    expect((await post(`${server.url}/control/act`, { do: 'x' })).body).toEqual({ acted: { do: 'x' } });
  }));

test('shows the ledger and empties it', () =>
  withServer({}, async (server, call) => {
    await call('crm.change', { id: 1 });

    const { body } = await get(`${server.url}/control/ledger`);
    await post(`${server.url}/control/reset-ledger`, {});

    expect(body).toMatchObject({
      requests: [{ method: 'crm.change', status: 200, commands: [{ params: { id: 1 }, error: null, executed: true }] }],
      changes: [{ at: NOON, kind: 'other', data: { id: 1 } }],
    });
    expect(server.ledger).toEqual({ requests: [], changes: [] });
  }));

test('scripts faults, and refuses what it does not understand', () =>
  withServer({}, async (server, call) => {
    await post(`${server.url}/control/fault`, { method: 'base.ping', kind: { status: 502, body: '' } });

    expect((await call('base.ping')).status).toBe(502);
    expect((await post(`${server.url}/control/fault`, { kind: 'explode' })).status).toBe(400);
    await post(`${server.url}/control/fault`, { kind: 'close' });
    await post(`${server.url}/control/clear-faults`, {});
    expect((await call('base.ping')).status).toBe(200);
  }));

test('advances the clock', () =>
  withServer({}, async (server, call) => {
    const { body } = await post(`${server.url}/control/clock`, { advanceMs: 3_600_000 });

    expect(body.now).toBe(NOON + 3_600_000);
    expect((await call('base.ping')).body.error).toBe('expired_token');
    expect((await post(`${server.url}/control/clock`, { advanceMs: 'soon' })).status).toBe(400);
  }));

test('changes settings, also those of the OAuth server, and refuses unknown ones', () =>
  withServer({}, async (server) => {
    const { body } = await post(`${server.url}/control/settings`, { writeWindowMs: 5, oauth: { rotation: 'grace' } });

    expect(body).toMatchObject({ writeWindowMs: 5, oauth: { rotation: 'grace' } });
    expect(server.settings.writeWindowMs).toBe(5);
    expect(server.oauth.settings.rotation).toBe('grace');
    expect((await post(`${server.url}/control/settings`, { speed: 1 })).status).toBe(400);
  }));

test('expires tokens, issues grants, and removes and installs the application', () =>
  withServer({}, async (server, call) => {
    await post(`${server.url}/control/expire-tokens`, {});
    expect((await call('base.ping')).body.error).toBe('expired_token');

    const grant = await post(`${server.url}/control/grant`, { userId: 7 });
    expect(grant.body).toMatchObject({ kind: 'oauth', memberId: server.memberId, userId: 7 });
    expect((await get(`${server.url}/rest/base.ping?auth=${textOf(grant.body.accessToken)}`)).status).toBe(200);

    await post(`${server.url}/control/uninstall`, {});
    expect((await call('base.ping')).body.error).toBe('APPLICATION_NOT_FOUND');
    await post(`${server.url}/control/install`, {});
    expect((await call('base.ping')).body.error).toBe('invalid_token');
  }));

test('renames the portal', () =>
  withServer({}, async (server) => {
    const { body } = await post(`${server.url}/control/rename`, {});

    expect((await get(`${server.url}/rest/base.ping`)).headers.get('location')).toBe(
      `${textOf(body.url)}/rest/base.ping`,
    );
  }));

test('lists its endpoints for an unknown one, and tells a client what it needs', () =>
  withServer({}, async (server) => {
    expect(await get(`${server.url}/control/`)).toMatchObject({ status: 404, body: { orders: expect.any(Array) } });
    expect((await get(`${server.url}/control/about`)).body).toMatchObject({
      memberId: server.memberId,
      clientId: server.clientId,
      clientSecret: server.oauth.clientSecret,
      webhookUrl: server.webhookUrl(),
    });
  }));
