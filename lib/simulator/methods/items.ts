import { entityTypeOf, itemsOf, type World } from '../crm/crm-state.ts';
import type { Ref } from '../crm/elements/entity-types.ts';
import { type Item, itemFields, itemJson } from '../crm/elements/item.ts';
import { mayRead } from '../crm/elements/permissions.ts';
import { type Caller, MethodError, type Methods, type Params } from '../method.ts';
import { conditionsOf, type Field } from './filter.ts';
import { idsIn, idWindow } from './id-window.ts';
import { pageOf } from './paging.ts';
import { arrayParam, integerParam, listOf } from './parameter.ts';
import { notFound, turnExtranetAway } from './refusals.ts';
import { sorted, sortOrder } from './sort-order.ts';

/** crm.item.get and crm.item.list (B§2.3). */
export const itemMethods = (world: World): Methods => ({
  'crm.item.get': {
    scope: 'crm',
    run: (params, caller) => {
      turnExtranetAway(world, caller);
      const entityTypeId = integerParam(params, 'entityTypeId');
      const id = integerParam(params, 'id');
      requireType(world, entityTypeId);
      const item = itemsOf(world, entityTypeId).get(id);
      if (item === undefined) throw notFound();
      if (!mayRead(world, caller, { entityTypeId, entityId: id })) {
        throw new MethodError('ACCESS_DENIED', 'You do not have permission to view this item');
      }
      return { item: itemJson(world, item, null) };
    },
  },
  'crm.item.list': {
    scope: 'crm',
    run: (params, caller) => {
      turnExtranetAway(world, caller);
      return listItems(world, params, caller);
    },
  },
});

function listItems(world: World, params: Params, caller: Caller): unknown {
  const entityTypeId = integerParam(params, 'entityTypeId');
  const select = listOf(arrayParam(params, 'select')).map(String);
  const order = arrayParam(params, 'order');
  const filter = arrayParam(params, 'filter');
  requireType(world, entityTypeId);

  const fieldOf = fieldsOf(world, entityTypeId);
  for (const name of Object.keys(order)) if (fieldOf(name) === undefined) throw unknownField(name);
  const wish = sortOrder(order, fieldOf);
  const byId = wish.length === 0 || wish[0]?.name === 'id';
  const rows = matching(world, caller, entityTypeId, filter, byId && wish[0]?.sign === -1);

  const names = select.length === 0 || select.includes('*') ? null : select;
  return pageOf(byId ? rows : sorted(rows, wish), params.start, (page) => ({
    items: page.map((item) => itemJson(world, item, names)),
  }));
}

/** Unreadable elements are left out without a word (B§2.3). */
function* matching(
  world: World,
  caller: Caller,
  entityTypeId: number,
  filter: { readonly [key: string]: unknown },
  descending: boolean,
): Generator<Item> {
  const items = itemsOf(world, entityTypeId);
  const conditions = conditionsOf(filter, fieldsOf(world, entityTypeId), (name) => {
    throw unknownField(name);
  });
  for (const id of idsIn(items.ids, idWindow(filter, 'id'), descending)) {
    const item = items.get(id);
    const ref: Ref = { entityTypeId, entityId: id };
    if (item !== undefined && conditions.every((is) => is(item)) && mayRead(world, caller, ref)) yield item;
  }
}

function fieldsOf(world: World, entityTypeId: number): (name: string) => Field<Item> | undefined {
  const fields = itemFields(world, entityTypeId);
  return (name) => {
    const field = fields.get(name);
    if (field !== undefined) return { kind: field.kind, read: (item) => field.read(item, world) };
    return name.startsWith('ufCrm') ? { kind: 'text', read: (item) => item.fields[name] } : undefined;
  };
}

/** A field that the type does not have is an error of the database layer, without a code of its own [I]. */
const unknownField = (name: string): MethodError => new MethodError('0', `Unknown field definition \`${name}\``);

/** A wrong type id is NOT_FOUND too, and so is a deleted smart process (B§2.3). */
function requireType(world: World, entityTypeId: number): void {
  if (entityTypeOf(world, entityTypeId)?.hasItems !== true) throw notFound('SPA not found');
}
