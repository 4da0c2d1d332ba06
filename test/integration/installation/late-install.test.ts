import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { installCall } from '../../support/stage/installation-stage.ts';
import { type OrderStage, openOrderStage } from '../../support/stage/order-stage.ts';

const SECOND = 1000;
const DAY = 86_400 * SECOND;

let door: OrderStage;
beforeEach(async () => {
  door = await openOrderStage();
});
afterEach(() => door.close());

describe('an installation', () => {
  beforeEach(() => door.appSet());

  it('that gives no time is ended by an uninstallation of any time', async () => {
    expect(await door.installSaying({})).toBe(200);

    expect(await door.remove('/event', { ts: door.seconds(-60 * SECOND) })).toBe(200);

    await door.expectRemoved();
  });

  it.each([['9'.repeat(12)], [() => door.seconds(DAY + 60 * SECOND)]])(
    'that says to be of a far future does not keep removals off',
    async (ts) => {
      expect(await door.installSaying({ ts: typeof ts === 'function' ? ts() : ts })).toBe(200);

      expect(await door.remove('/install', { ts: door.seconds() })).toBe(200);

      await door.expectRemoved();
    },
  );

  it('counts just as much when it is an update', async () => {
    await door.installSaying({ ts: door.seconds(-60 * SECOND) });
    await door.installSaying({ event: 'ONAPPUPDATE', ts: door.seconds() });

    expect(await door.remove('/event', { ts: door.seconds(-30 * SECOND) })).toBe(200);

    await door.expectInForce();
  });

  it('that is repeated late does not make the newer one look old', async () => {
    await door.installSaying({ ts: door.seconds() });
    await door.installSaying({ ts: door.seconds(-60 * SECOND) });

    expect(await door.remove('/event', { ts: door.seconds(-30 * SECOND) })).toBe(200);

    await door.expectInForce();
  });

  it('that arrives after its own uninstallation does not bring the portal back', async () => {
    await door.install();
    const grant = door.portal.issueGrant();
    const ts = door.seconds();
    door.clock.advance(5 * SECOND);
    await door.uninstall();

    const reply = await door.post('/install', installCall(grant, { ts }));

    expect(reply.status).toBe(403);
    await door.expectRemoved();
  });

  it('that arrives after its own uninstallation, while the OAuth server is silent, is refused once it answers', async () => {
    await door.install();
    const grant = door.portal.issueGrant();
    const ts = door.seconds();
    door.clock.advance(5 * SECOND);
    await door.uninstall();
    door.portal.oauth.script({ method: 'app.info', kind: 'close', times: 99 });

    const reply = await door.post('/install', installCall(grant, { ts }));
    const { records } = await door.appSet();

    expect(reply.status).toBe(200);
    expect(records).toContainEqual(expect.objectContaining({ portal: 'acme', status: 'refused' }));
    await door.expectRemoved();
  });
});

describe('an installation whose grant is pending first', () => {
  it('is not ended by an older uninstallation that came while the application was unknown', async () => {
    await door.install();
    const ts = door.seconds(-5 * SECOND);
    door.clock.advance(3600 * SECOND);
    await door.appSet();
    await door.settled();

    expect(await door.remove('/event', { ts })).toBe(200);

    expect(door.leftAlone()).toHaveLength(1);
    await door.expectInForce();
  });

  it('is not ended by one that was on its way while the OAuth server was silent', async () => {
    await door.appSet();
    await door.install();
    door.clock.advance(60 * SECOND);
    const arrive = door.uninstallLate(null);
    door.clock.advance(5 * SECOND);
    door.portal.oauth.script({ method: 'app.info', kind: 'close', times: 99 });
    await door.install();
    door.clock.advance(120 * SECOND);
    await door.stack.fire({ task: 'ring' });
    await door.settled();

    expect(await arrive()).toEqual([200]);

    expect(door.leftAlone()).toHaveLength(1);
    await door.expectInForce();
  });

  it('does not keep out uninstallations if its time was far in the future, however long it was pending', async () => {
    await door.installSaying({ ts: door.seconds(2 * DAY) });
    door.clock.advance(36 * 3600 * SECOND);
    await door.appSet();
    await door.settled();

    expect(await door.remove('/event', { ts: door.seconds() })).toBe(200);

    await door.expectRemoved();
  });
});
