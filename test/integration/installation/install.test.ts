import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { OauthGrant } from '../../../lib/portal/grant.ts';
import { startSimulatedPortal } from '../../../lib/simulator/simulated-portal.ts';
import { type DoorStage, installCall, openDoor } from '../../support/stage/installation-stage.ts';

const MINUTE = 60_000;

let door: DoorStage;
beforeEach(async () => {
  door = await openDoor();
  await door.appSet();
});
afterEach(() => door.close());

const install = async (grant: OauthGrant, more = {}): Promise<number> =>
  (await door.post('/install', installCall(grant, more))).status;

const madeUp = (): OauthGrant => ({
  ...door.portal.issueGrant(),
  accessToken: 'made-up-access',
  refreshToken: 'made-up-refresh',
  applicationToken: 'made-up-application',
});

/** A grant of our portal for another application of the same OAuth server. */
function grantOfAnotherApplication(): OauthGrant {
  const { oauth, memberId } = door.portal;
  const { clientId, scope } = oauth.addApplication();
  const { accessToken, refreshToken } = oauth.issue({ clientId, memberId, userId: 1, scope });
  return { ...door.portal.issueGrant(), accessToken, refreshToken };
}

const event = (applicationToken: string) =>
  door.post('/event', {
    event: 'ONCRMDEALUPDATE',
    'data[FIELDS][ID]': 1,
    'auth[member_id]': door.portal.memberId,
    'auth[application_token]': applicationToken,
  });

describe('an installation', () => {
  it('is stored with the address and the scopes that the OAuth host names, whatever the call says', async () => {
    const grant = door.portal.issueGrant();

    const status = await install(grant, {
      'auth[client_endpoint]': 'https://evil.example/rest/',
      'auth[domain]': 'evil.example',
      'auth[scope]': 'everything',
    });

    expect(status).toBe(200);
    expect(await door.grant()).toMatchObject({
      clientEndpoint: `${door.portal.url}/rest/`,
      scope: ['crm', 'bizproc', 'placement'],
      refreshToken: grant.refreshToken,
    });
  });

  it('registers the robot and every event once, however often it is delivered', async () => {
    const grant = door.portal.issueGrant();
    door.portal.install();

    const statuses = await Promise.all([install(grant), install(grant)]);
    await door.settled();
    statuses.push(await install(grant));
    await door.settled();

    expect(statuses).toEqual([200, 200, 200]);
    expect(door.portal.crm().robots).toHaveLength(1);
    expect(door.portal.crm().subscriptions).toHaveLength(12);
    expect(door.calls('bizproc.robot.add')).toBe(1);
    expect(door.calls('event.bind')).toBe(12);
  });

  it('that comes twice at once with different tokens leaves one of the two grants, and a portal that works', async () => {
    door.portal.install();
    const [one, other] = [door.portal.issueGrant(), door.portal.issueGrant()];

    const statuses = await Promise.all([install(one), install(other)]);
    await door.settled();

    expect(statuses).toEqual([200, 200]);
    expect([one.refreshToken, other.refreshToken]).toContain((await door.grant())?.refreshToken);
    expect((await event(door.portal.applicationToken)).status).toBe(200);
    expect(await door.cli(['portal', 'check', 'acme'])).toMatchObject({ code: 0, records: [{ robot: 'registered' }] });
  });

  it('that arrives again after its tokens were renewed does not bring back the used ones', async () => {
    door.portal.install();
    const grant = door.portal.issueGrant();
    await install(grant);
    await door.settled();
    door.clock.advance(10 * MINUTE);
    door.portal.script({ method: 'batch', kind: { error: { code: 'expired_token', status: 401 } } });
    await door.cli(['portal', 'check', 'acme']);
    const renewed = await door.grant();

    const status = await install(grant);

    expect(status).toBe(200);
    expect(renewed?.refreshToken).not.toBe(grant.refreshToken);
    expect((await door.grant())?.refreshToken).toBe(renewed?.refreshToken);
  });

  it('that is hours late is proven by its refresh token', async () => {
    door.portal.install();
    const grant = door.portal.issueGrant();
    door.clock.advance(180 * MINUTE);

    const status = await install(grant);
    await door.settled();

    expect(status).toBe(200);
    expect((await door.grant())?.refreshToken).not.toBe(grant.refreshToken);
    expect(await door.cli(['portal', 'check', 'acme'])).toMatchObject({ code: 0 });
  });

  it('from a frame in the portal is answered with what to do instead', async () => {
    const reply = await door.post('/install?DOMAIN=acme.bitrix24.com&PROTOCOL=1&LANG=en&APP_SID=dd8cec11', {
      AUTH_ID: 'access',
      AUTH_EXPIRES: 3600,
      REFRESH_ID: 'refresh',
      SERVER_ENDPOINT: door.portal.oauth.serverEndpoint,
      member_id: 'acme',
      status: 'L',
      PLACEMENT: 'DEFAULT',
      PLACEMENT_OPTIONS: 'undefined',
    });

    expect(reply.status).toBe(400);
    expect(await reply.json()).toMatchObject({ error: 'frame_not_supported' });
    expect(await door.grant()).toBeNull();
  });
});

describe('a forged installation', () => {
  it.each([
    ['made-up tokens', async () => madeUp()],
    ['a good token of another application', async () => grantOfAnotherApplication()],
    ['a good token of another portal', async () => tokenOfAnotherPortal()],
    [
      'an OAuth server of its own',
      async () => ({ ...door.portal.issueGrant(), serverEndpoint: 'http://127.0.0.1:1/rest/' }),
    ],
  ])('with %s is refused, and nothing is stored', async (_, forge) => {
    const status = await install(await forge());
    await door.settled();

    expect(status).toBe(403);
    expect(door.secrets().map(({ name }) => name)).toEqual(['app']);
    expect(await door.stack.stores.portals.read('acme')).toBeNull();
    expect(await door.stack.stores.jobs.nextDueAt('acme')).toBeNull();
  });

  it.each([
    ['made-up tokens', async () => madeUp()],
    ['a good token of another application', async () => grantOfAnotherApplication()],
    ['a good token of another portal', async () => tokenOfAnotherPortal()],
  ])('with %s does not take over an installed portal', async (_, forge) => {
    await door.install();
    const before = await door.grant();

    const status = await install({ ...(await forge()), applicationToken: 'of the thief' });

    expect(status).toBe(403);
    expect(await door.grant()).toEqual(before);
    expect((await event('of the thief')).status).toBe(403);
    expect((await event(door.portal.applicationToken)).status).toBe(200);
  });

  /** Another portal of the same OAuth server has the same application; its tokens are good, for that portal. */
  async function tokenOfAnotherPortal(): Promise<OauthGrant> {
    const other = await startSimulatedPortal({ oauth: door.portal.oauth, memberId: 'other' });
    const grant = other.issueGrant();
    await other.close();
    return { ...grant, memberId: 'acme' };
  }
});

describe('while the OAuth server is silent', () => {
  const silence = (): void => door.portal.oauth.script({ method: 'app.info', kind: 'close', times: 99 });

  it('an installation is kept as a pending grant, and confirmed by the schedule soon after', async () => {
    silence();
    const status = await door.install();
    const kept = await door.grant();
    door.portal.clearFaults();
    door.clock.advance(MINUTE);

    await door.stack.fire({ task: 'ring' });
    await door.settled();

    expect({ status, kept }).toEqual({ status: 200, kept: null });
    expect(await door.grant()).toMatchObject({ memberId: 'acme', clientEndpoint: `${door.portal.url}/rest/` });
    expect(door.secrets().map(({ name }) => name)).toEqual(['app', 'portals/acme']);
    expect(await door.cli(['portal', 'check', 'acme'])).toMatchObject({ code: 0, records: [{ robot: 'registered' }] });
  });

  it('an installation of a known portal changes nothing', async () => {
    await door.install();
    const before = await door.grant();
    silence();

    const reply = await door.post('/install', installCall(madeUp()));

    expect({ status: reply.status, body: await reply.json() }).toEqual({ status: 200, body: { status: 'kept' } });
    expect(await door.grant()).toEqual(before);
    expect((await event('made-up-application')).status).toBe(403);
    expect((await event(door.portal.applicationToken)).status).toBe(200);
  });

  it('a pending grant that turns out to be made up is deleted', async () => {
    silence();
    await install(madeUp());
    door.portal.clearFaults();
    door.clock.advance(MINUTE);

    await door.stack.fire({ task: 'ring' });

    expect(door.secrets().map(({ name }) => name)).toEqual(['app']);
    expect(await door.stack.stores.portals.read('acme')).toBeNull();
  });
});
