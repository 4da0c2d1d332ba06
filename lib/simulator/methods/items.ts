import { type Crm, entityTypeOf, itemsOf } from '../crm/crm-state.ts';
import type { Ref } from '../crm/elements/entity-types.ts';
import type { Item } from '../crm/elements/item.ts';
import { itemFields, itemJson } from '../crm/elements/item-fields.ts';
import { mayRead } from '../crm/elements/permissions.ts';
import { type Caller, MethodError, type Methods, type Params } from '../method.ts';
import { conditionsOf, type Field } from './filter.ts';
import { idsIn, idWindow } from './id-window.ts';
import { pageOf } from './paging.ts';
import { arrayParam, integerParam, listOf } from './parameter.ts';
import { notFound, refuseExtranetUser } from './refusals.ts';
import { sorted, sortOrder } from './sort-order.ts';

/** crm.item.get and crm.item.list (B§2.3). */
export const itemMethods = (crm: Crm): Methods => ({
  'crm.item.get': {
    scope: 'crm',
    run: (params, caller) => {
      refuseExtranetUser(crm, caller);
      const entityTypeId = integerParam(params, 'entityTypeId');
      const id = integerParam(params, 'id');
      requireType(crm, entityTypeId);
      const item = itemsOf(crm, entityTypeId).get(id);
      if (item === undefined) throw notFound();
      if (!mayRead(crm, caller, { entityTypeId, entityId: id })) {
        throw new MethodError('ACCESS_DENIED', 'You do not have permission to view this item');
      }
      return { item: itemJson(crm, item, null) };
    },
  },
  'crm.item.list': {
    scope: 'crm',
    run: (params, caller) => {
      refuseExtranetUser(crm, caller);
      return listItems(crm, params, caller);
    },
  },
});

function listItems(crm: Crm, params: Params, caller: Caller): unknown {
  const entityTypeId = integerParam(params, 'entityTypeId');
  const select = listOf(arrayParam(params, 'select')).map(String);
  const order = arrayParam(params, 'order');
  const filter = arrayParam(params, 'filter');
  requireType(crm, entityTypeId);

  const fieldOf = fieldsOf(crm, entityTypeId);
  for (const name of Object.keys(order)) if (fieldOf(name) === undefined) throw unknownField(name);
  const wish = sortOrder(order, fieldOf);
  const byId = wish.length === 0 || wish[0]?.name === 'id';
  const rows = matching(crm, caller, entityTypeId, filter, byId && wish[0]?.sign === -1);

  const names = select.length === 0 || select.includes('*') ? null : select;
  return pageOf(byId ? rows : sorted(rows, wish), params.start, (page) => ({
    items: page.map((item) => itemJson(crm, item, names)),
  }));
}

/** Unreadable elements are left out silently (B§2.3). */
function* matching(
  crm: Crm,
  caller: Caller,
  entityTypeId: number,
  filter: { readonly [key: string]: unknown },
  descending: boolean,
): Generator<Item> {
  const items = itemsOf(crm, entityTypeId);
  const conditions = conditionsOf(filter, fieldsOf(crm, entityTypeId), (name) => {
    throw unknownField(name);
  });
  for (const id of idsIn(items.ids, idWindow(filter, 'id'), descending)) {
    const item = items.get(id);
    const ref: Ref = { entityTypeId, entityId: id };
    if (item !== undefined && conditions.every((is) => is(item)) && mayRead(crm, caller, ref)) yield item;
  }
}

function fieldsOf(crm: Crm, entityTypeId: number): (name: string) => Field<Item> | undefined {
  const fields = itemFields(crm, entityTypeId);
  return (name) => {
    const field = fields.get(name);
    if (field !== undefined) return { kind: field.kind, read: (item) => field.read(item, crm) };
    return name.startsWith('ufCrm') ? { kind: 'text', read: (item) => item.fields[name] } : undefined;
  };
}

/** A field that the type does not have is a database error, which has no code [I]. */
const unknownField = (name: string): MethodError => new MethodError('0', `Unknown field definition \`${name}\``);

/** A wrong type id is NOT_FOUND too, and so is a deleted smart process (B§2.3). */
function requireType(crm: Crm, entityTypeId: number): void {
  if (entityTypeOf(crm, entityTypeId)?.hasItems !== true) throw notFound('SPA not found');
}
