import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { SortedIds } from '../../../../lib/simulator/crm/activities/sorted-ids.ts';
import { createCrm, dumpCrm } from '../../../../lib/simulator/crm/crm.ts';
import { Page } from '../../../../lib/simulator/method.ts';
import { NOW, type PortalFixture, portalFixture } from '../../../support/simulator/portal-fixture.ts';

const clock = { now: () => NOW, sleep: () => Promise.resolve() };

describe('a seed', () => {
  it('comes back from a dump as it was', async () => {
    const seed = {
      users: [{ id: 7, editable: ['deal', 'contact:5'], readable: [] }],
      smartProcesses: [{ entityTypeId: 147, categoryId: 3 }],
      stages: [{ directory: 'DEAL_STAGE', statusId: 'UC_1', semantics: 'failure' }],
      leads: [{ id: 7, stageId: 'CONVERTED', contactIds: [5] }],
      deals: [{ id: 1, categoryId: 5, stageId: 'LOSE', ufCrmKind: 'a' }],
      smartItems: [{ entityTypeId: 147, id: 1 }],
      activities: [{ id: 999, bindings: ['deal:1', 'quote:9', 'contact:5'], owner: 'contact:5' }],
      gone: ['quote:9'],
      subscriptions: [{ id: 201, clientId: 'local.app', event: 'ONCRMDEALUPDATE', handler: 'https://app.example/' }],
      outboundWebhooks: [
        { id: 11, handler: 'https://app.example/', events: ['ONCRMDEALUPDATE'], applicationToken: 't' },
      ],
    };
    const dump: unknown = JSON.parse(JSON.stringify(dumpCrm(createCrm(seed, clock))));

    expect(dumpCrm(createCrm(dump, clock))).toEqual(dump);
  });

  it('makes user 1 an admin and gives leads and deals their stages when it is empty', () => {
    const crm = createCrm({}, clock);

    expect(crm.users.get(1)).toMatchObject({ isAdmin: true });
    expect(crm.stages.map(({ directory }) => directory)).toEqual(expect.arrayContaining(['STATUS', 'DEAL_STAGE']));
  });

  it('creates what activities are bound to, except what is gone', () => {
    const crm = createCrm({ activities: [{ id: 1, bindings: ['deal:1', 'quote:9'] }], gone: ['quote:9'] }, clock);

    expect([crm.items.get(2)?.has(1), crm.items.get(7)?.has(9) ?? false]).toEqual([true, false]);
  });

  it('adds a stage of its own to the standard ones', async () => {
    const portal = portalFixture({
      stages: [{ directory: 'DEAL_STAGE', statusId: 'UC_1', semantics: 'failure' }],
      deals: [{ id: 1, stageId: 'UC_1' }],
    });

    expect(await portal.call('crm.item.get', { entityTypeId: 2, id: 1 })).toMatchObject({
      item: { stageSemanticId: 'F' },
    });
    expect(await portal.call('crm.status.list', { filter: { ENTITY_ID: 'DEAL_STAGE' } })).toMatchObject({ total: 9 });
  });

  it.each([
    [{ deal: [] }],
    [{ activities: [{ id: 1, binding: ['deal:1'] }] }],
    [{ activities: [{ id: 1, bindings: ['dael:1'] }] }],
    [{ activities: [{ id: 1, created: 'yesterday' }] }],
    [{ smartProcesses: [{ entityTypeId: 5 }] }],
  ])('with a mistake is refused: %j', (seed) => {
    expect(() => createCrm(seed, clock)).toThrow();
  });

  it('starts over at the end of a range of elements in a series', () => {
    const crm = createCrm({ activities: [{ id: 10, count: 4, bindings: ['contact:1..3'] }] }, clock);

    expect([10, 11, 12, 13].map((id) => crm.bindings.rows(id)[0]?.entityId)).toEqual([1, 2, 3, 1]);
  });
});

describe('a big portal', () => {
  afterEach(() => void jest.restoreAllMocks());

  it('answers a cursor page and a delete out of 200,000 activities and 500,000 bindings at once', async () => {
    const portal = portalFixture({
      activities: [
        { id: 1, count: 100_000, bindings: ['deal:1', 'contact:1..40000', 'company:1..1000'] },
        { id: 100_001, count: 100_000, bindings: ['deal:2..9000', 'contact:1..40000'] },
      ],
    });
    const filter = { BINDINGS: [{ OWNER_TYPE_ID: 2, OWNER_ID: 1 }], '>ID': 99_000 };
    const reads = readsOf(portal);

    for (let n = 1; n <= 100; n += 1) {
      const page = await portal.call('crm.activity.list', { filter, order: { ID: 'ASC' }, start: -1 });
      expect(page instanceof Page && Array.isArray(page.rows) && page.rows.length).toBe(50);
      await portal.call('crm.activity.binding.delete', { activityId: n, entityTypeId: 2, entityId: 1 });
    }

    // A page of 50 and a little for each delete; a scan of the tables would read 200,000 rows each time.
    expect(reads()).toBeLessThan(100 * 200);
    expect(portal.changes).toHaveLength(100);
  });
});

/** Counts what a database would read: rows of activities and bindings, and entries of an index. */
function readsOf({ crm }: PortalFixture): () => number {
  const activities = jest.spyOn(crm.activities, 'get');
  const bindings = jest.spyOn(crm.bindings, 'rows');
  const { after } = SortedIds.prototype;
  let entries = 0;
  jest.spyOn(SortedIds.prototype, 'after').mockImplementation(function* (this: SortedIds, id) {
    for (const entry of after.call(this, id)) {
      entries += 1;
      yield entry;
    }
  });
  return () => activities.mock.calls.length + bindings.mock.calls.length + entries;
}

describe('a set of sorted ids', () => {
  it('holds the same ids as a plain set, in order, from any point in both directions', () => {
    const [ids, plain] = [new SortedIds(), new Set<number>()];
    let state = 1;
    for (let n = 0; n < 20_000; n += 1) {
      state = (state * 48_271) % 2_147_483_647;
      const id = 1 + (state % 5000);
      if (state % 3 === 0) expect(ids.remove(id)).toBe(plain.delete(id));
      else {
        expect(ids.add(id)).toBe(!plain.has(id));
        plain.add(id);
      }
    }
    const sorted = [...plain].sort((one, other) => one - other);

    expect([...ids.after(0)]).toEqual(sorted);
    expect([...ids.after(2500)]).toEqual(sorted.filter((id) => id > 2500));
    expect([...ids.before(2500)]).toEqual(sorted.filter((id) => id < 2500).reverse());
    expect([...ids.before(9999)]).toEqual(sorted.toReversed());
    expect([ids.size, ids.last()]).toEqual([sorted.length, sorted.at(-1)]);
  });
});
