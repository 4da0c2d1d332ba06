import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type OrderStage, openOrderStage } from '../../support/stage/order-stage.ts';

const SECOND = 1000;

let door: OrderStage;
beforeEach(async () => {
  door = await openOrderStage();
});
afterEach(() => door.close());

describe('an uninstallation', () => {
  beforeEach(async () => {
    await door.appSet();
    await door.install();
  });

  it.each([
    ['/install', null, [200]],
    ['/event', '/event', [200, 200]],
  ])('that arrives at %s after the next installation leaves that one alone', async (_, path, statuses) => {
    door.clock.advance(60 * SECOND);
    const arrive = door.uninstallLate(path && `${door.stack.url}${path}`);
    door.clock.advance(5 * SECOND);
    await door.install();
    const before = [await door.grant(), await door.stack.stores.portals.read('acme')];

    const answers = await arrive();

    expect(answers).toEqual(statuses);
    expect([await door.grant(), await door.stack.stores.portals.read('acme')]).toEqual(before);
    expect(door.leftAlone()).toHaveLength(statuses.length);
    expect(door.leftAlone()[0]).toEqual({
      level: 'WARN',
      event: 'uninstall_outdated',
      portal: 'acme',
      timestamp: expect.any(String),
    });
    await door.expectInForce();
  });

  it.each([null, '/event'])('that arrives in order is carried out (%s)', async (path) => {
    door.clock.advance(60 * SECOND);

    door.portal.uninstallFrom(path && `${door.stack.url}${path}`);
    await door.settled();

    await door.expectRemoved();
  });

  it('of the next installation is carried out, whatever came of the first', async () => {
    door.clock.advance(60 * SECOND);
    const arrive = door.uninstallLate(null);
    door.clock.advance(5 * SECOND);
    await door.install();
    await arrive();
    door.clock.advance(5 * SECOND);

    await door.uninstall();

    expect(await door.listed()).toMatchObject([{ portal: 'acme', state: 'uninstalled' }]);
    expect(await door.grant()).toBeNull();
  });

  it('within the same second as the installation is carried out', async () => {
    await door.installSaying({ ts: door.seconds(60 * SECOND) });

    expect(await door.remove('/event', { ts: door.seconds(60 * SECOND) })).toBe(200);

    await door.expectRemoved();
  });

  it.each([
    ['has none', {}],
    ['is empty', { ts: '' }],
    ['is no number', { ts: 'yesterday' }],
    ['is negative', { ts: -1 }],
    ['is too large to be one', { ts: '9'.repeat(400) }],
    ['is a group', { 'ts[x]': 1 }],
    ['is years older than the installation', { ts: 1_466_439_714 }],
  ])('whose time %s is carried out', async (_, ts) => {
    expect(await door.remove('/event', ts)).toBe(200);

    await door.expectRemoved();
  });
});
