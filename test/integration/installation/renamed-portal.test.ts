import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type DoorStage, openDoor } from '../../support/stage/installation-stage.ts';

let door: DoorStage;
beforeEach(async () => {
  door = await openDoor();
  await door.appSet();
});
afterEach(() => door.close());

const unbind = (portal: string) =>
  door.cli(['unbind', '--portal', portal, '--activity', '900', '--activity', '901', '--element', 'deal:1']);

const seed = () => door.portal.seed({ activities: [{ id: 900, count: 2, bindings: ['deal:1', 'contact:5'] }] });

describe('a portal that is renamed', () => {
  it('is found at its new address by one refresh, and nothing is lost', async () => {
    await door.install();
    seed();
    const address = await door.portal.rename();
    const refreshes = door.calls('oauth/token');

    const { code, records } = await unbind('acme');

    expect({ code, records }).toMatchObject({ code: 0, records: [{ status: 'unbound' }, { status: 'unbound' }] });
    expect((await door.grant())?.clientEndpoint).toBe(`${address}/rest/`);
    expect(door.calls('oauth/token') - refreshes).toBe(1);
    expect(await door.cli(['portal', 'check', 'acme'])).toMatchObject({ code: 0, records: [{ differences: [] }] });
  });

  it('is stopped with an instruction when all we have is a webhook', async () => {
    seed();
    await door.cli(['portal', 'add', '--webhook', door.portal.webhookUrl(), '--member-id', 'hook']);
    await door.portal.rename();

    const tried = await unbind('hook');

    const [listed, checked] = [await door.cli(['portal', 'list']), await door.cli(['portal', 'check', 'hook'])];
    expect(tried).toMatchObject({ code: 75, said: expect.stringContaining('PORTAL_MOVED') });
    expect(listed.records).toMatchObject([{ portal: 'hook', state: 'stopped', code: 'PORTAL_MOVED' }]);
    expect(listed.said).toContain('portal add --webhook URL --member-id hook" with its new address');
    expect(checked).toMatchObject({ code: 1, records: [{ works: false, code: 'PORTAL_MOVED' }] });
    expect(checked.said).toContain('portal add --webhook URL --member-id hook" with its new address');
  });

  it('is served again with the webhook of the new address', async () => {
    seed();
    await door.cli(['portal', 'add', '--webhook', door.portal.webhookUrl(), '--member-id', 'hook']);
    await door.portal.rename();
    await unbind('hook');

    await door.cli(['portal', 'add', '--webhook', door.portal.webhookUrl(), '--member-id', 'hook']);
    await door.finished('hook');

    expect((await door.cli(['outcomes', '--portal', 'hook'])).records).toMatchObject([
      { status: 'unbound' },
      { status: 'unbound' },
    ]);
  });
});
