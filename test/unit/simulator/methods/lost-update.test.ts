import { describe, expect, it } from '@jest/globals';
import { type PortalFixture, portalFixture } from '../../../support/simulator/portal-fixture.ts';

const fixture = (): PortalFixture => {
  const portal = portalFixture({ activities: [{ id: 999, bindings: ['deal:1', 'deal:2', 'contact:5'] }] });
  portal.window = 20;
  return portal;
};

const unbind = (portal: PortalFixture, entityId: number): Promise<unknown> =>
  portal.call('crm.activity.binding.delete', { activityId: 999, entityTypeId: 2, entityId });

const list = (portal: PortalFixture): Promise<unknown> => portal.call('crm.activity.binding.list', { activityId: 999 });

describe('a binding write with a window', () => {
  it('loses an update when two deletes of one activity run at once: both answer true, one binding is back', async () => {
    const portal = fixture();

    const answers = await Promise.all([unbind(portal, 1), unbind(portal, 2)]);

    expect(answers).toEqual([true, true]);
    expect(portal.bindings(999)).toEqual(['2:1', '3:5']);
  });

  it('records in the ledger what really happened, including the binding that came back', async () => {
    const portal = fixture();

    await Promise.all([unbind(portal, 1), unbind(portal, 2)]);

    expect(portal.changes.map(({ kind, data }) => [kind, data.entityId])).toEqual([
      ['binding_removed', 1],
      ['binding_removed', 2],
      ['binding_added', 1],
    ]);
  });

  it('shows no bindings between DELETE and INSERT, so that a second delete answers a spurious BINDING_NOT_FOUND', async () => {
    const portal = fixture();
    const first = unbind(portal, 1);
    await portal.clock.sleep(15); // past the reading half, inside the window

    const [seen, second] = [await list(portal), await portal.refusal('crm.activity.binding.delete', DEAL_2)];
    await first;

    expect([seen, second.code]).toEqual([[], 'BINDING_NOT_FOUND']);
    expect(portal.bindings(999)).toEqual(['2:2', '3:5']);
  });

  it('hides the activity from a list by BINDINGS meanwhile', async () => {
    const portal = fixture();
    const first = unbind(portal, 1);
    await portal.clock.sleep(15);

    const found = await portal.call('crm.activity.list', { filter: { BINDINGS: [{ OWNER_TYPE_ID: 3, OWNER_ID: 5 }] } });
    await first;

    expect(found).toMatchObject({ rows: [], total: 0 });
  });

  it('loses nothing when one delete follows the other', async () => {
    const portal = fixture();

    await unbind(portal, 1);
    await unbind(portal, 2);

    expect(portal.bindings(999)).toEqual(['3:5']);
  });

  it('does not race with writes of other activities', async () => {
    const bindings = ['deal:1', 'contact:5'];
    const portal = portalFixture({ activities: [{ id: 999, count: 2, bindings }] });
    portal.window = 20;

    await Promise.all(
      [999, 1000].map((activityId) => portal.call('crm.activity.binding.delete', { ...DEAL_1, activityId })),
    );

    expect([portal.bindings(999), portal.bindings(1000)]).toEqual([['3:5'], ['3:5']]);
  });

  it('leaves nothing behind of an activity that was deleted in the meantime', async () => {
    const portal = fixture();
    const first = unbind(portal, 1);
    await portal.clock.sleep(15);
    portal.crm.activities.remove(999);

    expect(await first).toBe(true);
    expect([portal.bindings(999), portal.emitted]).toEqual([[], []]);
  });
});

const DEAL_1 = { activityId: 999, entityTypeId: 2, entityId: 1 };
const DEAL_2 = { activityId: 999, entityTypeId: 2, entityId: 2 };
