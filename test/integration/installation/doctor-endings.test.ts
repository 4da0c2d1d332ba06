import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type DoorStage, openDoor } from '../../support/stage/installation-stage.ts';

const DAY = 86_400_000;

/** What the portal says of the application besides the usual. */
let appFields: { readonly [field: string]: unknown } = {};
const appInfo = { scope: null, run: () => ({ ID: 1, LICENSE: 'basic', INSTALLED: true, ...appFields }) };

let door: DoorStage;
beforeEach(async () => {
  appFields = {};
  door = await openDoor({ 'app.info': appInfo });
});
afterEach(() => door.close());

const doctor = () => door.cli(['doctor']);
const installed = async (): Promise<void> => {
  await door.appSet();
  await door.install();
};

describe('doctor, of a portal that will end or has ended,', () => {
  it.each([['doctor'], ['portal', 'check']])(
    '%s %s moves nothing to an address where nobody answers',
    async (...command) => {
      await installed();
      const before = structuredClone(door.portal.crm().subscriptions);
      Object.assign(door.stack.config, { publicUrl: 'http://127.0.0.1:9' });

      const ran = await door.cli([...command, '--fix']);
      door.portal.crm().robots.length = 0;
      const withoutRobot = await door.cli([...command, '--fix']);
      await door.settled();

      expect(JSON.stringify(ran.records)).not.toContain('EVENTS_');
      expect(JSON.stringify(withoutRobot.records)).toContain(
        'make sure that somebody answers at http://127.0.0.1:9, then run',
      );
      expect(door.portal.crm().subscriptions).toEqual(before);
      expect(door.portal.crm().robots).toEqual([]);
    },
  );

  it.each(['AUTHORIZATION_ERROR', 'APPLICATION_NOT_FOUND'])(
    'says of %s that events may have been missed',
    async (code) => {
      await installed();
      const stop = { code, since: 0, probeAt: door.clock.now() + DAY, probes: 0 };
      await door.stack.stores.portals.setStop('acme', stop);

      expect((await doctor()).records[0]?.advice).toContain('events may have been missed since then');
    },
  );

  it('finds a grant that will end because the schedule does not run', async () => {
    await installed();
    door.clock.advance(165 * DAY);
    const { grants } = door.stack.stores;
    const stored = await grants.read('acme');
    door.portal.install();
    const fresh = door.portal.issueGrant();
    const issuedAt = new Date(door.clock.now() - 165 * DAY).toISOString();
    await grants.write({ ...fresh, issuedAt }, stored?.version ?? null);

    expect((await doctor()).records).toContainEqual(
      expect.objectContaining({ problem: 'GRANT_ENDS_SOON', text: 'the grant ends in 15 days' }),
    );
  });
});
