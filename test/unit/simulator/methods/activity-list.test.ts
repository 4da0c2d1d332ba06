import { describe, expect, it } from '@jest/globals';
import { Page } from '../../../../lib/simulator/method.ts';
import { employee, NOW, type PortalFixture, portalFixture } from '../../../support/simulator/portal-fixture.ts';

type Row = { readonly [field: string]: unknown };

async function list(
  portal: PortalFixture,
  params: object,
  caller = undefined as ReturnType<typeof employee> | undefined,
) {
  const page = await portal.call('crm.activity.list', { ...params }, caller);
  if (!(page instanceof Page) || !Array.isArray(page.rows)) throw new Error('not a page');
  const rows: readonly Row[] = page.rows;
  return { ids: rows.map((row) => Number(row.ID)), rows, total: page.total, next: page.next };
}

const bound = (...pairs: (readonly [number, number])[]): object => ({
  BINDINGS: pairs.map(([type, id]) => ({ OWNER_TYPE_ID: type, OWNER_ID: id })),
});

describe('crm.activity.get', () => {
  const seed = {
    users: [{ id: 7, readable: ['deal:1'] }],
    activities: [
      { id: 999, typeId: 4, completed: true, created: '2026-10-01T10:00:00+03:00', bindings: ['deal:1', 'contact:5'] },
      { id: 1000, providerId: 'CONFIGURABLE_REST_APP', typeId: 6, bindings: ['deal:1'] },
      { id: 1001, bindings: ['lead:7'] },
    ],
  };

  it('shows UPPER_CASE fields with every scalar as a string, and no bindings', async () => {
    const row = await portalFixture(seed).call('crm.activity.get', { id: '999' });

    expect(row).toMatchObject({
      ID: '999',
      OWNER_TYPE_ID: '2',
      OWNER_ID: '1',
      TYPE_ID: '4',
      PROVIDER_ID: 'CRM_EMAIL',
      COMPLETED: 'Y',
      STATUS: '2',
      CREATED: '2026-10-01T10:00:00+03:00',
      RESPONSIBLE_ID: '1',
      SETTINGS: [],
      ORIGIN_ID: null,
    });
    expect(row).not.toHaveProperty('BINDINGS');
  });

  it.each([
    ['Activity is not found.', { id: 5 }, undefined],
    ['Access denied.', { id: 1001 }, employee()],
    ['Use crm.activity.configurable.get for this activity provider', { ID: 1000 }, undefined],
    ['The parameter id is invalid or not defined.', {}, undefined],
  ])('answers "%s" with an empty code', async (description, params, caller) => {
    const refusal = await portalFixture(seed).refusal('crm.activity.get', params, caller);

    expect([refusal.code, refusal.message, refusal.status]).toEqual(['', description, 400]);
  });

  it('lets those read it who are responsible or may read something it is bound to', async () => {
    const portal = portalFixture({
      ...seed,
      activities: [...seed.activities, { id: 1002, responsibleId: 7, bindings: ['lead:7'] }],
    });

    expect(await portal.call('crm.activity.get', { id: 999 }, employee())).toMatchObject({ ID: '999' });
    expect(await portal.call('crm.activity.get', { id: 1002 }, employee())).toMatchObject({ ID: '1002' });
  });
});

describe('crm.activity.list', () => {
  it('returns 50 rows a page, with the total and the start of the next page', async () => {
    const portal = portalFixture({ activities: [{ id: 1, count: 120, bindings: ['deal:1'] }] });
    const order = { ID: 'ASC' };

    const [first, last] = [await list(portal, { order }), await list(portal, { order, start: 100 })];

    expect([first.ids.length, first.ids[0], first.total, first.next]).toEqual([50, 1, 120, 50]);
    expect([last.ids.length, last.ids[0], last.total, last.next]).toEqual([20, 101, 120, undefined]);
  });

  it('counts nothing with start -1, and pages by `>ID` without skipping what is unbound meanwhile', async () => {
    const portal = portalFixture({ activities: [{ id: 1, count: 120, bindings: ['deal:1', 'contact:5'] }] });
    const seen: number[] = [];

    for (let last = 0, size = 50; size === 50; ) {
      const filter = { ...bound([2, 1]), '>ID': last };
      const page = await list(portal, { filter, order: { ID: 'ASC' }, start: -1 });
      expect([page.total, page.next]).toEqual([undefined, undefined]);
      for (const id of page.ids) {
        await portal.call('crm.activity.binding.delete', { activityId: id, entityTypeId: 2, entityId: 1 });
      }
      seen.push(...page.ids);
      [last, size] = [page.ids.at(-1) ?? 0, page.ids.length];
    }

    expect(seen).toEqual(Array.from({ length: 120 }, (_, n) => n + 1));
  });

  it('orders by START_TIME when nothing else is asked for', async () => {
    const activities = [
      { id: 1, ageDays: 1, bindings: ['deal:1'] },
      { id: 2, ageDays: 3, bindings: ['deal:1'] },
      { id: 3, ageDays: 2, bindings: ['deal:1'] },
    ];

    expect((await list(portalFixture({ activities }), {})).ids).toEqual([2, 3, 1]);
    expect((await list(portalFixture({ activities }), { order: { ID: 'desc' } })).ids).toEqual([3, 2, 1]);
  });

  it('matches any binding, not only the owner', async () => {
    const activities = [
      { id: 1, bindings: ['deal:1', 'contact:5'] },
      { id: 2, bindings: ['contact:5'] },
      { id: 3, bindings: ['deal:2'] },
    ];

    expect((await list(portalFixture({ activities }), { filter: bound([3, 5]) })).ids).toEqual([1, 2]);
  });

  it('returns an activity once for every pair that it matches', async () => {
    const activities = [
      { id: 1, bindings: ['deal:1', 'contact:5'] },
      { id: 2, bindings: ['contact:5'] },
    ];

    const page = await list(portalFixture({ activities }), { filter: bound([2, 1], [3, 5]), order: { ID: 'ASC' } });

    expect([page.ids, page.total]).toEqual([[1, 1, 2], 3]);
  });

  it('accepts pairs with one key, and ignores a filter that is not a list of pairs', async () => {
    const activities = [
      { id: 1, bindings: ['contact:5', 'contact:6'] },
      { id: 2, bindings: ['deal:5'] },
      { id: 3, bindings: ['lead:7'] },
    ];
    const portal = portalFixture({ activities });

    expect((await list(portal, { filter: { BINDINGS: [{ OWNER_TYPE_ID: 3 }] } })).ids).toEqual([1, 1]);
    expect((await list(portal, { filter: { BINDINGS: [{ OWNER_ID: '5' }] } })).ids).toEqual([1, 2]);
    expect((await list(portal, { filter: { BINDINGS: { OWNER_TYPE_ID: 3, OWNER_ID: 5 } } })).ids).toEqual([1, 2, 3]);
  });

  it.each([
    ['>ID', 2, [3, 4]],
    ['>=ID', 3, [3, 4]],
    ['<ID', 3, [1, 2]],
    ['<=ID', 2, [1, 2]],
    ['ID', [1, 4], [1, 4]],
    ['@ID', [1, 4], [1, 4]],
    ['!@ID', [1, 4], [2, 3]],
    ['!ID', 1, [2, 3, 4]],
    ['!=ID', '1', [2, 3, 4]],
    ['COMPLETED', 'Y', [2]],
    ['TYPE_ID', 4, [3]],
    ['%SUBJECT', 'OFFER', [3, 4]],
    ['!%SUBJECT', 'offer', [1, 2]],
    ['=%SUBJECT', 'our%', [4]],
    ['%=SUBJECT', '%offer', [3, 4]],
    ['!=%SUBJECT', '%offer', [1, 2]],
    ['<CREATED', '2026-11-20T00:00:00+03:00', [1]],
    ['>=CREATED', '2026-11-20', [2, 3, 4]],
    ['OWNER_TYPE_ID', 1, [4]],
    ['NO_SUCH_FIELD', 1, [1, 2, 3, 4]],
  ])('filters by %s = %j', async (key, value, ids) => {
    const activities = [
      { id: 1, ageDays: 10, bindings: ['deal:1'] },
      { id: 2, completed: true, bindings: ['deal:1'] },
      { id: 3, typeId: 4, subject: 'An offer', bindings: ['deal:1'] },
      { id: 4, subject: 'Our Offer', bindings: ['lead:7'] },
    ];

    const page = await list(portalFixture({ activities }), { filter: { [key]: value }, order: { ID: 'ASC' } });

    expect(page.ids).toEqual(ids);
  });

  it('selects fields, COMMUNICATIONS only by name', async () => {
    const portal = portalFixture({ activities: [{ id: 1, bindings: ['deal:1'] }] });

    const [some, all, more] = await Promise.all([
      list(portal, { select: ['ID', 'COMPLETED', 'NO_SUCH_FIELD'] }),
      list(portal, {}),
      list(portal, { select: ['*', 'COMMUNICATIONS'] }),
    ]);

    expect(some.rows).toEqual([{ ID: '1', COMPLETED: 'N' }]);
    expect(all.rows[0]).not.toHaveProperty('COMMUNICATIONS');
    expect(more.rows[0]).toMatchObject({ ID: '1', COMMUNICATIONS: [] });
  });

  it('leaves out what the caller may not read', async () => {
    const activities = [
      { id: 1, bindings: ['deal:1'] },
      { id: 2, bindings: ['deal:2'] },
    ];
    const portal = portalFixture({ users: [{ id: 7, readable: ['deal:2'] }], activities });

    expect((await list(portal, {}, employee())).ids).toEqual([2]);
  });

  it('shows whole seconds in the portal’s own zone and filters by them', async () => {
    const portal = portalFixture({ activities: [{ id: 1, created: NOW + 700, bindings: ['deal:1'] }] });
    const [row] = (await list(portal, {})).rows;

    expect(row?.CREATED).toBe('2026-11-24T15:00:00+03:00');
    expect((await list(portal, { filter: { CREATED: row?.CREATED } })).ids).toEqual([1]);
  });
});
