import { describe, expect, it } from '@jest/globals';
import { act } from '../../../lib/simulator/actions.ts';
import { type PortalFixture, portalFixture } from '../../support/simulator/portal-fixture.ts';

const doing = async (seed: object, ...bodies: readonly object[]): Promise<PortalFixture> => {
  const portal = portalFixture(seed);
  for (const body of bodies) await act(portal.crm, portal.context, body);
  return portal;
};

const events = (portal: PortalFixture): unknown[] => portal.emitted.map(({ event, data }) => [event, data]);

describe('deleting an element', () => {
  const seed = {
    deals: [{ id: 1, stageId: 'LOSE' }],
    activities: [
      { id: 1, bindings: ['deal:1'] },
      { id: 2, owner: 'deal:1', bindings: ['contact:5', 'company:4', 'deal:1', 'lead:7'] },
      { id: 3, owner: 'lead:7', bindings: ['contact:5', 'deal:1', 'lead:7'] },
      { id: 4, bindings: ['deal:2'] },
    ],
  };
  const body = { do: 'deleteElement', element: 'deal:1' };

  it('takes its bindings away and deletes the activities left without any', async () => {
    const portal = await doing(seed, body);

    expect([1, 2, 3, 4].map(portal.bindings)).toEqual([[], ['3:5', '4:4', '1:7'], ['3:5', '1:7'], ['2:2']]);
    expect(portal.crm.activities.has(1)).toBe(false);
    expect(portal.changes.filter(({ kind }) => kind === 'activity_deleted')).toEqual([
      { kind: 'activity_deleted', data: { activityId: 1 } },
    ]);
  });

  it('gives survivors that belonged to it the binding with the smallest row id, others keep their owner', async () => {
    const portal = await doing(seed, body);

    expect(portal.crm.activities.get(2)).toMatchObject({ ownerTypeId: 3, ownerId: 5 });
    expect(portal.crm.activities.get(3)).toMatchObject({ ownerTypeId: 1, ownerId: 7 });
  });

  it('raises no ONCRMACTIVITYUPDATE for survivors', async () => {
    const portal = await doing(seed, body);

    expect(events(portal)).toEqual([
      ['ONCRMACTIVITYDELETE', { FIELDS: { ID: 1 } }],
      ['ONCRMDEALDELETE', { FIELDS: { ID: 1 } }],
    ]);
  });

  it('leaves the bindings of a quote behind', async () => {
    const portal = await doing(
      { activities: [{ id: 1, bindings: ['quote:9'] }] },
      { do: 'deleteElement', element: 'quote:9' },
    );

    expect(portal.bindings(1)).toEqual(['7:9']);
  });

  it.each([
    ['a converted lead’s contact', { stageId: 'CONVERTED', contactIds: [5], companyId: 4 }, ['3:5']],
    ['its company without a contact', { stageId: 'CONVERTED', companyId: 4 }, ['4:4']],
    ['nobody when it was not converted', { stageId: 'NEW', contactIds: [5] }, []],
  ])('moves a lead’s activities to %s', async (_, lead, expected) => {
    const leads = [{ id: 7, ...lead }];
    const activities = [{ id: 1, bindings: ['lead:7'] }];

    const portal = await doing({ leads, activities }, { do: 'deleteElement', element: 'lead:7' });

    expect(portal.bindings(1)).toEqual(expected);
  });
});

describe('what people do in the portal', () => {
  it('raises ONCRMDEALUPDATE for a new stage', async () => {
    const portal = await doing({ deals: [{ id: 1 }] }, { do: 'moveDeal', id: 1, stageId: 'LOSE' });

    expect(await portal.call('crm.item.get', { entityTypeId: 2, id: 1 })).toMatchObject({
      item: { stageSemanticId: 'F' },
    });
    expect(events(portal)).toEqual([['ONCRMDEALUPDATE', { FIELDS: { ID: 1 } }]]);
  });

  it('raises ONCRMDEALMOVETOCATEGORY alone for another pipeline', async () => {
    const portal = await doing({ deals: [{ id: 1 }] }, { do: 'moveToCategory', id: 1, categoryId: 5, stageId: 'LOSE' });

    expect(events(portal)).toEqual([
      ['ONCRMDEALMOVETOCATEGORY', { FIELDS: { ID: 1, CATEGORY_ID: 5, STAGE_ID: 'C5:LOSE' } }],
    ]);
  });

  it('adds bindings to a converted lead’s activities before it says that the lead has changed', async () => {
    const seed = { leads: [{ id: 7 }], activities: [{ id: 1, bindings: ['lead:7', 'contact:5'] }] };

    const portal = await doing(seed, { do: 'convertLead', id: 7, dealId: 1, contactId: 5 });

    expect(portal.bindings(1)).toEqual(['1:7', '3:5', '2:1']);
    expect(await portal.call('crm.item.get', { entityTypeId: 1, id: 7 })).toMatchObject({
      item: { stageSemanticId: 'S', contactIds: [5] },
    });
    expect(portal.emitted.map(({ event }) => event)).toEqual(['ONCRMDEALADD', 'ONCRMLEADUPDATE']);
  });

  it('names smart processes in their events', async () => {
    const seed = { smartProcesses: [{ entityTypeId: 147 }], smartItems: [{ entityTypeId: 147, id: 1 }] };

    const portal = await doing(seed, { do: 'moveElement', element: '147:1', stageId: 'FAIL' });

    expect(events(portal)).toEqual([['ONCRMDYNAMICITEMUPDATE', { FIELDS: { ID: 1, ENTITY_TYPE_ID: 147 } }]]);
  });

  it('closes a smart process for everyone', async () => {
    const seed = { smartProcesses: [{ entityTypeId: 147 }], activities: [{ id: 1, bindings: ['147:1', 'deal:1'] }] };

    const portal = await doing(seed, { do: 'deleteSmartProcess', entityTypeId: 147 });

    const params = { activityId: 1, entityTypeId: 147, entityId: 1 };
    expect((await portal.refusal('crm.activity.binding.delete', params)).code).toBe('ACCESS_DENIED');
  });

  it('adds, completes, binds, unbinds and deletes activities', async () => {
    const portal = await doing(
      {},
      { do: 'addActivity', activity: { id: 1, bindings: ['deal:1'] } },
      { do: 'completeActivity', id: 1, userId: null },
      { do: 'bind', activityId: 1, element: 'contact:5' },
      { do: 'unbind', activityId: 1, element: 'deal:1' },
    );

    expect(portal.bindings(1)).toEqual(['3:5']);
    await act(portal.crm, portal.context, { do: 'deleteActivity', id: 1 });
    expect(portal.emitted.map(({ event, userId }) => [event.replace('ONCRMACTIVITY', ''), userId])).toEqual([
      ['ADD', 1],
      ['UPDATE', null],
      ['UPDATE', 1],
      ['UPDATE', 1],
      ['DELETE', 1],
    ]);
  });

  it.each([[{ do: 'dance' }], [{ do: 'moveDeal', id: 1 }], [{ do: 'moveDeal', id: 77, stageId: 'LOSE' }], [null]])(
    'throws on %j',
    async (body) => {
      const portal = portalFixture();

      await expect(act(portal.crm, portal.context, body)).rejects.toThrow();
    },
  );
});
