import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { receiveUninstall, type UninstallIngress } from '../../../lib/inbound/receive-uninstall.ts';
import { resetPortalRow } from '../../../lib/installation/activate-portal.ts';
import { storeGrant } from '../../../lib/installation/store-grant.ts';
import type { OauthGrant } from '../../../lib/portal/grant.ts';
import { freshPortal } from '../../support/aws/fresh-portal.ts';
import { type TemporaryLocalAws, temporaryLocalAws } from '../../support/aws/temporary-local-aws.ts';
import { ManualClock } from '../../support/portal/manual-clock.ts';

const DAY = 86_400_000;
const REMOVED = 1_789_000_000_000;
const INSTALLED = REMOVED + 3000;

const clock = new ManualClock();
let aws: TemporaryLocalAws;
let portal: string;
let logged: unknown[];
beforeAll(async () => {
  aws = await temporaryLocalAws();
});
afterAll(() => aws.close());
beforeEach(async () => {
  portal = freshPortal();
  logged = [];
  await install('first', REMOVED - DAY);
});

const grantOf = (token: string): OauthGrant => ({
  kind: 'oauth',
  memberId: portal,
  clientEndpoint: 'https://acme.example.com/rest/',
  serverEndpoint: 'https://oauth.bitrix.info/rest/',
  accessToken: `access ${token}`,
  refreshToken: `refresh ${token}`,
  applicationToken: 'application',
  userId: null,
  scope: [],
  issuedAt: null,
});

async function install(token: string, announcedAt: number | null): Promise<void> {
  const { grants: store, portals } = aws.stores;
  const deps = { store, portals, grants: { keep: () => undefined }, clock };
  await storeGrant({ grant: grantOf(token), comparable: false, announcedAt }, deps);
  await resetPortalRow(portals, portal, clock.now());
}

/** An uninstallation built at `builtAt`, with something else that happens in the middle of it. */
function remove(
  builtAt: number | null,
  between: Partial<Record<'lookAndMark' | 'markAndDelete', () => Promise<void>>>,
) {
  const { grants, portals, wakeUps } = aws.stores;
  const once = { ...between };
  const at = async (moment: keyof typeof between): Promise<void> => {
    const happens = once[moment];
    delete once[moment];
    await happens?.();
  };
  const log = (event: string): void => void logged.push(event);
  const ingress: UninstallIngress = {
    verify: async () => true,
    portals: {
      read: (name) => portals.read(name),
      async markRemoved(...mark) {
        await at('lookAndMark');
        return await portals.markRemoved(...mark);
      },
    },
    async forgetGrant(name) {
      await at('markAndDelete');
      await grants.remove(name);
    },
    restoreGrant: (name) => grants.restore(name),
    wakeDeps: { portals, wakeUps, clock },
    clock,
    log: { info: log, warn: log, error: log },
  };
  return receiveUninstall({ auth: { memberId: portal, applicationToken: 'application' }, builtAt }, ingress);
}

const token = async () => {
  const grant = (await aws.stores.grants.read(portal))?.grant;
  return grant?.kind === 'oauth' ? grant.accessToken : null;
};
const isRemoved = async () => (await aws.stores.portals.read(portal))?.uninstalledAt !== undefined;

describe('an uninstallation at the same time as the installation that follows it', () => {
  test.each([
    { moment: 'lookAndMark', does: 'is left alone when that is faster' },
    { moment: 'markAndDelete', does: 'gives the grant back that it has deleted' },
  ])('$does', async ({ moment }) => {
    const reply = await remove(REMOVED, { [moment]: () => install('second', INSTALLED) });

    expect(reply).toEqual({ status: 200, body: { status: 'ignored' } });
    expect([await token(), await isRemoved()]).toEqual(['access second', false]);
    expect(logged).toEqual(['uninstall_outdated']);
  });

  test('leaves room for a grant that is stored after all', async () => {
    const note = () => aws.stores.portals.noteAnnounced(portal, INSTALLED);

    await remove(REMOVED, { markAndDelete: note });
    await install('second', INSTALLED);

    expect([await token(), await isRemoved()]).toEqual(['access second', false]);
  });

  test('is carried out when that is older', async () => {
    const reply = await remove(REMOVED, { lookAndMark: () => install('second', REMOVED - 3000) });

    expect(reply).toEqual({ status: 200, body: { status: 'accepted' } });
    expect([await token(), await isRemoved()]).toEqual([null, true]);
    expect(logged).toEqual(['portal_uninstalled']);
  });
});

describe('an uninstallation by its time', () => {
  test.each([
    ['of the second before', -1000, false],
    ['of the same second', 0, true],
    ['of the second after', 1000, true],
    ['of a week before', -7 * DAY, false],
    ['of more than a week before: no delivery takes so long', -7 * DAY - 1000, true],
    ['of a year after', 365 * DAY, true],
  ])('%s', async (_, later, isDone) => {
    await install('second', INSTALLED);

    await remove(INSTALLED + later, {});

    expect([await token(), await isRemoved()]).toEqual(isDone ? [null, true] : ['access second', false]);
  });

  test.each([
    ['it has no time', INSTALLED, null],
    ['the installation has no time', null, REMOVED],
  ])('is carried out although %s', async (_, announcedAt, builtAt) => {
    await aws.stores.portals.remove(portal);
    await install('second', announcedAt);

    await remove(builtAt, {});

    expect([await token(), await isRemoved()]).toEqual([null, true]);
  });

  test('is carried out for a portal without a row', async () => {
    await aws.stores.portals.remove(portal);

    await remove(REMOVED, {});

    expect(await token()).toBeNull();
  });
});
