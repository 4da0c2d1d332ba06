import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type DoorStage, openDoor } from '../../support/stage/installation-stage.ts';

const DAY = 86_400_000;

let door: DoorStage;
beforeEach(async () => {
  door = await openDoor();
  await door.appSet();
  await door.install();
});
afterEach(() => door.close());

/** Runs the daily task, day after day. */
async function waitFor(days: number): Promise<void> {
  for (let day = 0; day < days; day += 10) {
    door.clock.advance(10 * DAY);
    await door.stack.fire({ task: 'sweep', due: new Date(door.clock.now()).toISOString() });
  }
}

describe('the grant of a portal that nobody uses', () => {
  it('is left alone for 140 days, renewed once before its 180 are over, and lives on', async () => {
    await waitFor(140);
    const early = door.calls('oauth/token');
    await waitFor(30);
    const renewed = door.calls('oauth/token');
    await waitFor(190);

    expect({ early, renewed }).toEqual({ early: 0, renewed: 1 });
    expect(door.calls('oauth/token')).toBe(2);
    expect(await door.cli(['portal', 'check', 'acme'])).toMatchObject({ code: 0, records: [{ works: true }] });
  });

  it('is renewed without calling the portal, even while that is paused', async () => {
    await door.cli(['portal', 'pause', 'acme']);
    const requests = door.portal.ledger.requests.filter(({ host }) => host === 'portal').length;

    await waitFor(160);

    expect(door.calls('oauth/token')).toBe(1);
    expect(door.portal.ledger.requests.filter(({ host }) => host === 'portal')).toHaveLength(requests);
  });

  it('is not renewed by the run of every minute', async () => {
    door.clock.advance(160 * DAY);

    await door.stack.fire({ task: 'ring' });

    expect(door.calls('oauth/token')).toBe(0);
  });

  it('is reported once when it is dead, and not tried again every day', async () => {
    door.portal.uninstall();

    await waitFor(170);

    const alarms = door.logged.filter(({ event, alarm }) => event === 'renewal_failed' && alarm === true);
    expect(alarms).toMatchObject([{ portal: 'acme', code: 'NOT_INSTALLED' }]);
    expect((await door.cli(['portal', 'list'])).records).toMatchObject([{ state: 'stopped', code: 'NOT_INSTALLED' }]);
  });

  it('never expires if it is a webhook', async () => {
    await door.cli(['portal', 'remove', 'acme']);
    await door.cli(['portal', 'add', '--webhook', door.portal.webhookUrl(), '--member-id', 'hook']);

    await waitFor(200);

    expect(door.calls('oauth/token')).toBe(0);
    expect(await door.cli(['portal', 'check', 'hook'])).toMatchObject({ code: 0 });
  });
});
