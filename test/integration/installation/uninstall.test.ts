import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type DoorStage, openDoor } from '../../support/stage/installation-stage.ts';

let door: DoorStage;
beforeEach(async () => {
  door = await openDoor();
  await door.appSet();
  await door.install();
  door.portal.seed({ activities: [{ id: 900, count: 20, bindings: ['deal:1', 'contact:5'] }] });
});
afterEach(() => door.close());

const call = (event: string, applicationToken: string) => ({
  event,
  'data[LANGUAGE_ID]': 'en',
  'data[CLEAN]': 1,
  'data[FIELDS][ID]': 1,
  ts: 1_790_000_000,
  'auth[member_id]': 'acme',
  'auth[application_token]': applicationToken,
});

const remove = async (path: string, applicationToken: string): Promise<number> =>
  (await door.post(path, call('ONAPPUNINSTALL', applicationToken))).status;

const unbind = (...more: string[]) => door.cli(['unbind', '--portal', 'acme', '--element', 'deal:1', ...more]);

const listed = async () => (await door.cli(['portal', 'list'])).records;

const outcomes = async () => (await door.cli(['outcomes', '--portal', 'acme'])).records;

describe('the uninstallation of the application', () => {
  it.each(['/install', '/event'])('with a wrong token at %s changes nothing', async (path) => {
    const before = await door.grant();

    const token = door.portal.applicationToken;
    const statuses = await Promise.all([
      remove(path, 'wrong'),
      remove(path, token.slice(0, -1)),
      remove(path, `${token}0`),
    ]);

    expect(statuses).toEqual([403, 403, 403]);
    expect(await door.grant()).toEqual(before);
    expect(await listed()).toMatchObject([{ portal: 'acme', state: 'active' }]);
  });

  it.each(['/install', '/event'])('with the right one at %s deletes the grant, and shows it', async (path) => {
    expect(await remove(path, door.portal.applicationToken)).toBe(200);

    expect(await door.grant()).toBeNull();
    expect(door.secrets()).toContainEqual(expect.objectContaining({ name: 'portals/acme', deleted: true }));
    expect(await listed()).toMatchObject([{ portal: 'acme', state: 'uninstalled', code: 'APPLICATION_UNINSTALLED' }]);
    expect(await door.cli(['portal', 'check', 'acme'])).toMatchObject({ code: 1, records: [{ works: false }] });
  });

  it('fails the jobs that were waiting, and keeps what was done', async () => {
    await unbind('--activity', '900');
    await door.finished('acme');
    await door.cli(['portal', 'pause', 'acme']);
    await unbind('--activity', '901', '--activity', '902', '--wait', '1ms');
    await door.portal.act({ do: 'callRobot', element: 'deal:1', properties: {} });
    await door.settled();

    await door.uninstall();

    const failed = { status: 'failed', code: 'APPLICATION_UNINSTALLED', attempts: 0, trigger: 'cli' };
    expect(await outcomes()).toMatchObject([
      { ...failed, activityId: expect.any(Number) },
      { ...failed, activityId: expect.any(Number) },
      { activityId: 900, status: 'unbound', code: null },
    ]);
    expect((await listed())[0]).toMatchObject({ state: 'uninstalled', waitingJobs: 0 });
    expect(door.calls('crm.activity.binding.delete')).toBe(1);
  });

  it('fails a command that got no answer: nobody can be asked any more', async () => {
    door.portal.script({ method: 'crm.activity.binding.delete', kind: 'close' });
    await unbind('--activity', '905', '--wait', '1ms');
    await door.settled();

    await door.uninstall();
    await door.finished('acme');

    const [ended, ...others] = await outcomes();
    expect(ended).toMatchObject({ activityId: 905, status: 'failed', code: 'APPLICATION_UNINSTALLED' });
    expect(ended?.attempts).toBeGreaterThan(0);
    expect(others).toEqual([]);
  });

  it('fails them also when its wake-up was lost', async () => {
    await door.cli(['portal', 'pause', 'acme']);
    await unbind('--activity', '901', '--wait', '1ms');
    await door.settled();
    await door.stack.stores.portals.setUninstalled('acme', door.clock.now());

    await door.stack.fire({ task: 'ring' });
    await door.settled();

    expect(await outcomes()).toMatchObject([{ activityId: 901, status: 'failed', code: 'APPLICATION_UNINSTALLED' }]);
  });

  it('fails what comes later at once', async () => {
    await door.uninstall();

    expect(await unbind('--activity', '903')).toMatchObject({
      code: 1,
      records: [{ activityId: 903, status: 'failed', code: 'APPLICATION_UNINSTALLED' }],
    });
  });
});

describe('a new installation within the recovery window', () => {
  it('restores the secret and the portal, for functions that are warm', async () => {
    const earlier = door.portal.applicationToken;
    const event = async (token: string) => (await door.post('/event', call('ONCRMDEALUPDATE', token))).status;
    await unbind('--activity', '900');
    await door.finished('acme');
    await door.uninstall();
    door.portal.renewApplicationToken();

    const status = await door.install();

    expect(status).toBe(200);
    expect(await event(door.portal.applicationToken)).toBe(200);
    expect(await event(earlier)).toBe(403);
    expect(door.secrets()).toContainEqual(expect.objectContaining({ name: 'portals/acme', deleted: false }));
    expect(await listed()).toMatchObject([{ portal: 'acme', state: 'active', code: null }]);
    expect(await unbind('--activity', '904')).toMatchObject({ code: 0, records: [{ status: 'unbound' }] });
    expect(await outcomes()).toHaveLength(2);
    expect(await door.cli(['doctor'])).toMatchObject({ code: 0 });
  });
});
