import { describe, expect, it } from '@jest/globals';
import { admin, employee, portalFixture, webhook } from '../../../support/simulator/portal-fixture.ts';

const BIND = { event: 'onCrmDealUpdate', handler: 'https://app.example/event' };

describe('event.bind', () => {
  it('keeps the event in upper case, as event.get shows it', async () => {
    const portal = portalFixture();

    expect(await portal.call('event.bind', BIND)).toBe(true);

    expect(await portal.call('event.get')).toEqual([
      { event: 'ONCRMDEALUPDATE', handler: 'https://app.example/event', auth_type: '0', offline: 0 },
    ]);
  });

  it.each([
    ['an unknown event', { event: 'onNothing' }, 'ERROR_EVENT_NOT_FOUND', 400, admin()],
    ['an event without its scope', {}, 'ERROR_EVENT_NOT_FOUND', 400, { ...admin(), scope: new Set(['bizproc']) }],
    ['no event', { event: '' }, 'ERROR_ARGUMENT', 400, admin()],
    ['no handler', { handler: '' }, 'ERROR_ARGUMENT', 400, admin()],
    ['another type', { event_type: 'sometimes' }, 'ERROR_ARGUMENT', 400, admin()],
    ['a host without a dot', { handler: 'http://localhost/' }, 'ERROR_WRONG_HANDLER_URL', 400, admin()],
    ['another scheme', { handler: 'ftp://app.example/' }, 'ERROR_UNSUPPORTED_PROTOCOL', 400, admin()],
    ['somebody else’s token of who is no admin', { auth_type: 1 }, 'ACCESS_DENIED', 403, employee()],
    ['offline events of who is no admin', { event_type: 'offline' }, 'ACCESS_DENIED', 403, employee()],
    ['a webhook', {}, 'WRONG_AUTH_TYPE', 403, webhook()],
  ])('refuses %s', async (_, change, code, status, caller) => {
    const refusal = await portalFixture().refusal('event.bind', { ...BIND, ...change }, caller);

    expect([refusal.code, refusal.status]).toEqual([code, status]);
  });

  it('refuses the same event, handler and user again, and takes another user', async () => {
    const portal = portalFixture();
    await portal.call('event.bind', BIND);

    const again = await portal.refusal('event.bind', { ...BIND, event: 'ONCRMDEALUPDATE' });

    expect([again.code, again.message]).toEqual(['ERROR_CORE', 'Unable to set event handler: Handler already binded']);
    expect(await portal.call('event.bind', { ...BIND, auth_type: 1 })).toBe(true);
  });

  it('ties a caller who is not an admin to their own user id', async () => {
    const portal = portalFixture();

    await portal.call('event.bind', BIND, employee(7));

    expect(portal.crm.subscriptions[0]?.userId).toBe(7);
  });

  it('takes offline events without a handler', async () => {
    const portal = portalFixture();

    await portal.call('event.bind', { event: 'ONCRMDEALUPDATE', event_type: 'offline', auth_connector: 'c' });

    expect(await portal.call('event.get')).toEqual([{ event: 'ONCRMDEALUPDATE', connector_id: 'c', offline: 1 }]);
  });
});

describe('event.unbind', () => {
  it('counts what it removed', async () => {
    const portal = portalFixture();
    await portal.call('event.bind', BIND);
    await portal.call('event.bind', { ...BIND, auth_type: 1 });

    expect(await portal.call('event.unbind', { ...BIND, auth_type: 1 })).toEqual({ count: 1 });
    expect(await portal.call('event.unbind', BIND)).toEqual({ count: 1 });
    expect(await portal.call('event.unbind', BIND)).toEqual({ count: 0 });
  });

  it('does not touch another application’s', async () => {
    const portal = portalFixture();
    await portal.call('event.bind', BIND);

    expect(await portal.call('event.unbind', BIND, { ...admin(), clientId: 'local.other' })).toEqual({ count: 0 });
    expect((await portal.refusal('event.get', {}, webhook())).code).toBe('WRONG_AUTH_TYPE');
  });
});

describe('events, event.test and app.info', () => {
  it('lists the events of the caller’s scope, those of each smart process included', async () => {
    const portal = portalFixture({ smartProcesses: [{ entityTypeId: 147 }] });

    const names = await portal.call('events');

    expect(names).toEqual(
      expect.arrayContaining(['ONAPPINSTALL', 'ONCRMDEALMOVETOCATEGORY', 'ONCRMDYNAMICITEMUPDATE_147']),
    );
  });

  it('answers 1 to event.test and raises ONAPPTEST', async () => {
    const portal = portalFixture();

    expect(await portal.call('event.test', { any: 'x' })).toBe(1);
    expect(portal.emitted).toEqual([{ event: 'ONAPPTEST', data: { QUERY: { any: 'x' } }, userId: 1 }]);
  });

  it('tells whether the application is installed', async () => {
    const portal = portalFixture({ app: { installed: false } });

    expect(await portal.call('app.info')).toMatchObject({ INSTALLED: false, STATUS: 'L', PAYMENT_EXPIRED: 'N' });
  });
});
