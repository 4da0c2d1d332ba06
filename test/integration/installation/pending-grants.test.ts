import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { OauthGrant } from '../../../lib/portal/grant.ts';
import { type DoorStage, installCall, openDoor } from '../../support/stage/installation-stage.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

let door: DoorStage;
beforeEach(async () => {
  door = await openDoor();
});
afterEach(() => door.close());

const names = (): string[] =>
  door
    .secrets()
    .map(({ name }) => name)
    .sort();

const stranger = (number: number): OauthGrant => ({
  ...door.portal.issueGrant(),
  memberId: `stranger-${number}`,
  accessToken: `made-up-access-${number}`,
  refreshToken: `made-up-refresh-${number}`,
});

const flood = (count: number) =>
  Promise.all(
    Array.from(
      { length: count },
      async (_, number) => (await door.post('/install', installCall(stranger(number)))).status,
    ),
  );

const silence = (): void => door.portal.oauth.script({ method: 'app.info', kind: 'close', times: 999 });

describe('an installation before the application is known', () => {
  it('is a success for the administrator, is listed, and is not served', async () => {
    const reply = await door.post('/install', installCall(door.portal.issueGrant()));

    const listed = await door.cli(['portal', 'list']);
    const event = await door.post('/event', {
      event: 'ONCRMDEALUPDATE',
      'data[FIELDS][ID]': 1,
      'auth[member_id]': 'acme',
      'auth[application_token]': door.portal.applicationToken,
    });
    expect({ status: reply.status, body: await reply.json() }).toEqual({ status: 200, body: { status: 'kept' } });
    expect(listed.records).toMatchObject([{ portal: 'acme', kind: 'oauth', state: 'unconfirmed' }]);
    expect(listed.said).toContain('app set');
    expect(event.status).toBe(403);
    expect(names()).toEqual(['unconfirmed/acme']);
  });

  it('is confirmed by app set, hours later, with one refresh, and registered', async () => {
    await door.install();
    door.clock.advance(20 * HOUR);

    const { code, records } = await door.appSet();
    await door.settled();

    expect({ code, records }).toMatchObject({
      code: 0,
      records: [{ status: 'stored' }, { portal: 'acme', status: 'confirmed', code: null }],
    });
    expect(door.calls('oauth/token')).toBe(1);
    expect(names()).toEqual(['app', 'portals/acme']);
    expect(await door.cli(['portal', 'check', 'acme'])).toMatchObject({
      code: 0,
      records: [{ works: true, robot: 'registered', subscriptions: 12, differences: [] }],
    });
    expect(await door.cli(['doctor'])).toMatchObject({ code: 0, records: [{ status: 'ok', portals: 1 }] });
  });

  it('is confirmed once by two who set the application at the same time', async () => {
    await door.install();

    const ran = await Promise.all([door.appSet(), door.appSet()]);
    await door.settled();

    expect(door.calls('oauth/token')).toBe(1);
    expect(ran.flatMap(({ records }) => records).filter(({ status }) => status === 'refused')).toEqual([]);
    expect(names()).toEqual(['app', 'portals/acme']);
    expect(door.portal.crm().robots).toHaveLength(1);
  });

  it('is kept when a wrong secret is set, and confirmed with the right one', async () => {
    await door.install();

    const wrong = await door.appSet('wrong');
    const right = await door.appSet();

    expect(wrong).toMatchObject({ code: 1, records: [{}, { status: 'refused', code: 'INVALID_CLIENT' }] });
    expect(right).toMatchObject({ code: 0, records: [{}, { status: 'confirmed' }] });
  });

  it('is kept when the OAuth server is silent at app set, and confirmed by the schedule', async () => {
    await door.install();
    door.portal.script({ method: 'oauth/token', kind: 'close' });

    const silent = await door.appSet();
    door.clock.advance(2 * 60_000);
    await door.stack.fire({ task: 'ring' });

    expect(silent).toMatchObject({ code: 1, records: [{}, { status: 'waiting', code: 'OAUTH_UNANSWERED' }] });
    expect(names()).toEqual(['app', 'portals/acme']);
  });

  it('that was confirmed by a process that died right after is not proven again', async () => {
    await door.install();
    const stored = { ...door.portal.issueGrant(), issuedAt: new Date(door.clock.now()).toISOString() };
    await door.stack.stores.grants.write(stored, null);

    const { records } = await door.appSet();
    await door.settled();

    expect(records).toContainEqual({ portal: 'acme', status: 'confirmed', code: null });
    expect(door.calls('oauth/token')).toBe(0);
    expect(names()).toEqual(['app', 'portals/acme']);
    expect(await door.cli(['portal', 'check', 'acme'])).toMatchObject({ code: 0, records: [{ robot: 'registered' }] });
  });

  it('can be deleted', async () => {
    await door.install();

    const removed = await door.cli(['portal', 'remove', 'acme']);
    const { records } = await door.appSet();

    expect(removed).toMatchObject({ code: 0, records: [{ portal: 'acme', status: 'removed' }] });
    expect(records).toHaveLength(1);
    expect(names()).toEqual(['app']);
  });

  it('is explained by portal check', async () => {
    await door.install();

    const { code, said } = await door.cli(['portal', 'check', 'acme']);

    expect(code).toBe(1);
    expect(said).toContain('not confirmed yet');
  });

  it('of another application is not taken for ours', async () => {
    const { oauth } = door.portal;
    const { clientId, scope } = oauth.addApplication();
    oauth.install('acme', clientId);
    const { accessToken, refreshToken } = oauth.issue({ clientId, memberId: 'acme', userId: 1, scope });
    await door.post('/install', installCall({ ...door.portal.issueGrant(), accessToken, refreshToken }));

    const { records } = await door.appSet();

    expect(records).toMatchObject([{ status: 'stored' }, { portal: 'acme', status: 'refused' }]);
    expect(records[1]).toMatchObject({ code: 'CLIENT_ID_MISMATCH' });
    expect(await door.grant()).toBeNull();
  });

  it('that names another portal than its tokens is refused', async () => {
    const reply = await door.post('/install', installCall({ ...door.portal.issueGrant(), memberId: 'victim' }));

    expect(reply.status).toBe(403);
    expect(names()).toEqual([]);
  });

  it('is forgotten after seven days', async () => {
    await door.install();
    door.clock.advance(7 * DAY);

    await door.stack.fire({ task: 'ring' });
    const { records } = await door.appSet();

    expect(records).toHaveLength(1);
    expect(names()).toEqual(['app']);
  });
});

describe('a flood of made-up installations', () => {
  it('leaves nothing behind while the OAuth server answers', async () => {
    expect(new Set(await flood(30))).toEqual(new Set([403]));
    expect(names()).toEqual([]);
  });

  it('keeps at most twenty while it is silent, and touches nothing of a confirmed portal', async () => {
    await door.appSet();
    await door.install();
    const before = door.secrets().find(({ name }) => name === 'portals/acme');
    silence();

    const statuses = await flood(60);

    expect(statuses.filter((status) => status === 200)).toHaveLength(20);
    expect(names().filter((name) => name.startsWith('unconfirmed/'))).toHaveLength(20);
    expect(door.secrets().find(({ name }) => name === 'portals/acme')).toEqual(before);
    expect(await Array.fromAsync(door.stack.stores.portals.list())).toMatchObject([{ portal: 'acme' }]);
  });

  it('does not keep out an installation that the OAuth server confirms', async () => {
    silence();
    await flood(30);
    door.portal.clearFaults();

    const status = await door.install();

    const { records } = await door.appSet();
    expect(status).toBe(200);
    expect(records).toContainEqual({ portal: 'acme', status: 'confirmed', code: null });
    expect(names()).toEqual(['app', 'portals/acme']);
  });

  it('in the name of a portal does not replace what that portal has sent', async () => {
    silence();
    await door.install();

    const reply = await door.post('/install', installCall({ ...stranger(1), memberId: 'acme' }));
    const again = await door.appSet();

    expect(reply.status).toBe(503);
    expect(again.records).toContainEqual({ portal: 'acme', status: 'confirmed', code: null });
  });
});
