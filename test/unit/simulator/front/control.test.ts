import { expect, test } from '@jest/globals';
import { get, NOON, post, textOf, withFront } from '../../../support/simulator/test-front.ts';

test('seeds the portal, shows what is in it and lets a person act', () =>
  withFront({}, async (front) => {
    expect(await post(`${front.url}/control/seed`, { deals: [{ id: 1 }] })).toMatchObject({ status: 200 });

    expect((await get(`${front.url}/control/state`)).body).toEqual({ deals: [{ id: 1 }] });
    expect((await post(`${front.url}/control/act`, { do: 'x' })).body).toEqual({ acted: { do: 'x' } });
  }));

test('shows the ledger and empties it', () =>
  withFront({}, async (front, call) => {
    await call('crm.change', { id: 1 });

    const { body } = await get(`${front.url}/control/ledger`);
    await post(`${front.url}/control/reset-ledger`, {});

    expect(body).toMatchObject({
      requests: [{ method: 'crm.change', status: 200, commands: [{ params: { id: 1 }, error: null, executed: true }] }],
      changes: [{ at: NOON, kind: 'other', data: { id: 1 } }],
    });
    expect(front.ledger).toEqual({ requests: [], changes: [] });
  }));

test('scripts faults, and says what it does not understand', () =>
  withFront({}, async (front, call) => {
    await post(`${front.url}/control/fault`, { method: 'base.ping', kind: { status: 502, body: '' } });

    expect((await call('base.ping')).status).toBe(502);
    expect((await post(`${front.url}/control/fault`, { kind: 'explode' })).status).toBe(400);
    await post(`${front.url}/control/fault`, { kind: 'close' });
    await post(`${front.url}/control/clear-faults`, {});
    expect((await call('base.ping')).status).toBe(200);
  }));

test('puts the clock forward', () =>
  withFront({}, async (front, call) => {
    const { body } = await post(`${front.url}/control/clock`, { advanceMs: 3_600_000 });

    expect(body.now).toBe(NOON + 3_600_000);
    expect((await call('base.ping')).body.error).toBe('expired_token');
    expect((await post(`${front.url}/control/clock`, { advanceMs: 'soon' })).status).toBe(400);
  }));

test('changes settings, also those of the OAuth server, and refuses unknown ones', () =>
  withFront({}, async (front) => {
    const { body } = await post(`${front.url}/control/settings`, { writeWindowMs: 5, oauth: { rotation: 'grace' } });

    expect(body).toMatchObject({ writeWindowMs: 5, oauth: { rotation: 'grace' } });
    expect(front.settings.writeWindowMs).toBe(5);
    expect(front.oauth.settings.rotation).toBe('grace');
    expect((await post(`${front.url}/control/settings`, { speed: 1 })).status).toBe(400);
  }));

test('expires tokens, hands out grants, and removes and installs the application', () =>
  withFront({}, async (front, call) => {
    await post(`${front.url}/control/expire-tokens`, {});
    expect((await call('base.ping')).body.error).toBe('expired_token');

    const grant = await post(`${front.url}/control/grant`, { userId: 7 });
    expect(grant.body).toMatchObject({ kind: 'oauth', memberId: front.memberId, userId: 7 });
    expect((await get(`${front.url}/rest/base.ping?auth=${textOf(grant.body.accessToken)}`)).status).toBe(200);

    await post(`${front.url}/control/uninstall`, {});
    expect((await call('base.ping')).body.error).toBe('APPLICATION_NOT_FOUND');
    await post(`${front.url}/control/install`, {});
    expect((await call('base.ping')).body.error).toBe('invalid_token');
  }));

test('renames the portal', () =>
  withFront({}, async (front) => {
    const { body } = await post(`${front.url}/control/rename`, {});

    expect((await get(`${front.url}/rest/base.ping`)).headers.get('location')).toBe(
      `${textOf(body.url)}/rest/base.ping`,
    );
  }));

test('names the orders it knows when it does not know one, and tells a client what it needs', () =>
  withFront({}, async (front) => {
    expect(await get(`${front.url}/control/`)).toMatchObject({ status: 404, body: { orders: expect.any(Array) } });
    expect((await get(`${front.url}/control/about`)).body).toMatchObject({
      memberId: front.memberId,
      clientId: front.clientId,
      clientSecret: front.oauth.clientSecret,
      webhookUrl: front.webhookUrl(),
    });
  }));
