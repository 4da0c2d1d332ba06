import { describe, expect, it } from '@jest/globals';
import { Page } from '../../../../lib/simulator/method.ts';
import { employee, type PortalFixture, portalFixture } from '../../../support/simulator/portal-fixture.ts';

const SEED = {
  users: [{ id: 7, readable: ['deal:1', 'deal:3'] }],
  smartProcesses: [
    { entityTypeId: 147, title: 'Purchases', categoryId: 3 },
    { entityTypeId: 1032, state: 'deleted' },
  ],
  leads: [{ id: 7, stageId: 'CONVERTED', contactIds: [5] }],
  deals: [
    { id: 1, stageId: 'LOSE' },
    { id: 2, stageId: 'APOLOGY', categoryId: 5 },
    { id: 3, stageId: 'WON', ufCrmKind: 'a' },
    { id: 4 },
  ],
  smartInvoices: [{ id: 3, stageId: 'D' }],
  smartItems: [{ entityTypeId: 147, id: 1, stageId: 'FAIL' }],
};

async function ids(portal: PortalFixture, params: object, caller?: ReturnType<typeof employee>): Promise<unknown> {
  const page = await portal.call('crm.item.list', { ...params }, caller);
  if (!(page instanceof Page)) throw new Error('not a page');
  return Object.values(Object(page.rows)).flatMap((items) => (Array.isArray(items) ? items.map(({ id }) => id) : []));
}

describe('crm.item.get', () => {
  it.each([
    [2, 1, { stageId: 'LOSE', stageSemanticId: 'F', closed: 'Y', categoryId: 0, entityTypeId: 2 }],
    [2, 2, { stageId: 'C5:APOLOGY', stageSemanticId: 'F', categoryId: 5 }],
    [2, 3, { stageSemanticId: 'S', closed: 'Y', ufCrmKind: 'a' }],
    [2, 4, { stageId: 'NEW', stageSemanticId: 'P', closed: 'N', id: 4 }],
    [1, 7, { stageId: 'CONVERTED', stageSemanticId: 'S', contactIds: [5], contactId: 5 }],
    [147, 1, { stageId: 'DT147_3:FAIL', categoryId: 3 }],
    [31, 3, { stageId: 'DT31_1:D' }],
  ])('shows element %i:%i', async (entityTypeId, id, fields) => {
    expect(await portalFixture(SEED).call('crm.item.get', { entityTypeId, id })).toMatchObject({ item: fields });
  });

  it('has stageSemanticId for leads and deals only, unless configured otherwise', async () => {
    const params = { entityTypeId: 31, id: 3 };

    const plain = await portalFixture(SEED).call('crm.item.get', params);
    const told = await portalFixture({ ...SEED, quirks: { semanticsForAllTypes: true } }).call('crm.item.get', params);

    expect(plain).not.toHaveProperty('item.stageSemanticId');
    expect(told).toMatchObject({ item: { stageSemanticId: 'F' } });
  });

  it('shows when an element entered its stage, unless it is a quote', async () => {
    const portal = portalFixture({ ...SEED, quotes: [{ id: 9, stageId: 'DECLAINED' }] });

    expect(await portal.call('crm.item.get', { entityTypeId: 2, id: 1 })).toHaveProperty('item.movedTime');
    expect(await portal.call('crm.item.get', { entityTypeId: 7, id: 9 })).not.toHaveProperty('item.movedTime');
  });

  it.each([
    ['an element that does not exist', { entityTypeId: 2, id: 77 }, 'NOT_FOUND', 'Element not found', undefined],
    ['a type that does not exist', { entityTypeId: 9999, id: 1 }, 'NOT_FOUND', 'SPA not found', undefined],
    ['a deleted smart process', { entityTypeId: 1032, id: 1 }, 'NOT_FOUND', 'SPA not found', undefined],
    [
      'an unreadable element',
      { entityTypeId: 2, id: 2 },
      'ACCESS_DENIED',
      'You do not have permission to view this item',
      employee(),
    ],
    ['a call without an id', { entityTypeId: 2 }, '100', 'Could not find value for parameter {id}', undefined],
  ])('refuses %s with HTTP 400', async (_, params, code, description, caller) => {
    const refusal = await portalFixture(SEED).refusal('crm.item.get', params, caller);

    expect([refusal.code, refusal.message, refusal.status]).toEqual([code, description, 400]);
  });
});

describe('crm.item.list', () => {
  it.each([
    [{ stageSemanticId: 'F' }, [1, 2]],
    [{ '@stageSemanticId': ['S', 'F'] }, [1, 2, 3]],
    [{ '>id': 1 }, [2, 3, 4]],
    [{ '@id': [1, '4', 77] }, [1, 4]],
    [{ id: [1, 4] }, [1, 4]],
    [{ categoryId: 5 }, [2]],
    [{ stageId: 'C5:APOLOGY' }, [2]],
    [{ '!stageId': 'LOSE' }, [2, 3, 4]],
    [{ ufCrmKind: 'a' }, [3]],
    [{ 0: { logic: 'OR', 0: { id: 1 }, 1: { stageId: 'WON' } } }, [1, 3]],
    [{ closed: 'N' }, [4]],
  ])('filters deals by %j', async (filter, expected) => {
    expect(await ids(portalFixture(SEED), { entityTypeId: 2, filter })).toEqual(expected);
  });

  it('leaves unreadable elements out', async () => {
    expect(await ids(portalFixture(SEED), { entityTypeId: 2 }, employee())).toEqual([1, 3]);
  });

  it('refuses a field that the type does not have', async () => {
    const filter = { stageSemanticId: 'F' };

    const refusal = await portalFixture(SEED).refusal('crm.item.list', { entityTypeId: 31, filter });

    expect(refusal.code).toBe('0');
  });

  it('pages like every list, and without a count with start -1', async () => {
    const portal = portalFixture({ deals: [{ id: 1, count: 60, stageId: 'LOSE' }] });

    const first = await portal.call('crm.item.list', { entityTypeId: 2, select: ['id'] });
    const cursor = await portal.call('crm.item.list', { entityTypeId: 2, filter: { '>id': 50 }, start: -1 });

    expect(first).toMatchObject({ total: 60, next: 50 });
    expect(cursor).toMatchObject({ total: undefined, next: undefined });
    expect(await ids(portal, { entityTypeId: 2, filter: { '>id': 50 }, start: '-1' })).toHaveLength(10);
  });

  it('orders and selects', async () => {
    const portal = portalFixture(SEED);
    const page = await portal.call('crm.item.list', {
      entityTypeId: 2,
      select: ['id', 'stageId'],
      order: { id: 'DESC' },
    });

    expect(page).toMatchObject({ rows: { items: [{ id: 4, stageId: 'NEW' }, { id: 3 }, { id: 2 }, { id: 1 }] } });
    expect(await ids(portal, { entityTypeId: 2, order: { stageId: 'ASC' } })).toEqual([2, 1, 4, 3]);
  });

  it('requires an object as the filter', async () => {
    const refusal = await portalFixture(SEED).refusal('crm.item.list', { entityTypeId: 2, filter: 'x' });

    expect(refusal.message).toBe('Invalid value {x} to match with parameter {filter}. Should be value of type array.');
  });
});

describe('crm.status.list', () => {
  const rows = async (filter: object): Promise<unknown[]> => {
    const page = await portalFixture(SEED).call('crm.status.list', { filter, order: { SORT: 'ASC' } });
    return page instanceof Page && Array.isArray(page.rows) ? page.rows : [];
  };

  it('has a letter for success and failure only, and the meaning in EXTRA', async () => {
    const stages = await rows({ ENTITY_ID: 'DEAL_STAGE' });

    expect(stages).toHaveLength(8);
    expect(stages[0]).toMatchObject({ STATUS_ID: 'NEW', SORT: '10', SEMANTICS: null, EXTRA: { SEMANTICS: 'process' } });
    expect(stages[5]).toMatchObject({ STATUS_ID: 'WON', SEMANTICS: 'S', EXTRA: { SEMANTICS: 'success' } });
    expect(stages[7]).toMatchObject({ STATUS_ID: 'APOLOGY', SEMANTICS: 'F', EXTRA: { SEMANTICS: 'apology' } });
  });

  it.each([
    ['DEAL_STAGE_5', 'C5:LOSE'],
    ['STATUS', 'JUNK'],
    ['DYNAMIC_147_STAGE_3', 'DT147_3:FAIL'],
    ['SMART_INVOICE_STAGE_1', 'DT31_1:D'],
  ])('lists %s with %s as a failure', async (directory, statusId) => {
    const failures = await rows({ ENTITY_ID: directory, SEMANTICS: 'F' });

    expect(failures).toContainEqual(expect.objectContaining({ STATUS_ID: statusId, ENTITY_ID: directory }));
  });
});

describe('crm.enum.ownertype', () => {
  it('lists the existing smart processes', async () => {
    const types = await portalFixture(SEED).call('crm.enum.ownertype');

    expect(types).toContainEqual({ ID: 2, NAME: 'Deal', SYMBOL_CODE: 'DEAL', SYMBOL_CODE_SHORT: 'D' });
    expect(types).toContainEqual({ ID: 147, NAME: 'Purchases', SYMBOL_CODE: 'DYNAMIC_147', SYMBOL_CODE_SHORT: 'T93' });
    expect(types).not.toContainEqual(expect.objectContaining({ ID: 1032 }));
  });
});
