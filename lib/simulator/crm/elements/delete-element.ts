import type { MethodContext } from '../../method.ts';
import { type Crm, itemsOf } from '../crm-state.ts';
import { COMPANY, CONTACT, LEAD, QUOTE, type Ref, sameRef } from './entity-types.ts';
import type { Item } from './item.ts';
import { semanticsOf } from './item-fields.ts';

/**
 * What deleting an element does to its activities (B§2.3): all its binding rows go; activities left without any are deleted,
 * with an event; survivors that belonged to it get the binding with the smallest row id as owner, by SQL and so without an
 * event. A converted lead's activities go to its contact or company first. A quote leaves its rows behind.
 */
export function deleteElement(crm: Crm, context: MethodContext, ref: Ref, userId: number | null): void {
  const item = itemsOf(crm, ref.entityTypeId).get(ref.entityId);
  if (item === undefined) throw new Error('no such element');
  if (ref.entityTypeId !== QUOTE) {
    const heir = heirOf(crm, item);
    for (const activityId of crm.bindings.activityIds(ref)) {
      if (heir !== undefined) bindQuietly(crm, context, activityId, heir);
      unbindQuietly(crm, context, activityId, ref, userId);
    }
  }
  itemsOf(crm, ref.entityTypeId).remove(ref.entityId);
  emitElement(context, 'DELETE', ref, userId);
}

/** Removes an activity with its bindings. */
export function deleteActivity(crm: Crm, context: MethodContext, activityId: number, userId: number | null): void {
  if (!crm.activities.has(activityId)) throw new Error('no such activity');
  for (const { entityTypeId, entityId } of crm.bindings.clear(activityId)) {
    context.applied({ kind: 'binding_removed', data: { activityId, entityTypeId, entityId } });
  }
  crm.activities.remove(activityId);
  context.applied({ kind: 'activity_deleted', data: { activityId } });
  context.emit('ONCRMACTIVITYDELETE', { FIELDS: { ID: activityId } }, userId);
}

/** Adds a row by SQL: no event, no new owner. */
export function bindQuietly(crm: Crm, context: MethodContext, activityId: number, ref: Ref): void {
  if (crm.bindings.rows(activityId).some((row) => sameRef(row, ref))) return;
  crm.bindings.insert(activityId, [ref]);
  context.applied({ kind: 'binding_added', data: { activityId, ...ref } });
}

const KINDS: { readonly [entityTypeId: number]: string } = {
  1: 'LEAD',
  2: 'DEAL',
  3: 'CONTACT',
  4: 'COMPANY',
  7: 'QUOTE',
};

/** ONCRMDEALUPDATE and the like; smart processes and invoices share ONCRMDYNAMICITEM… (B§5.2). */
export function emitElement(
  context: MethodContext,
  change: 'ADD' | 'UPDATE' | 'DELETE',
  { entityTypeId, entityId }: Ref,
  userId: number | null,
): void {
  const kind = KINDS[entityTypeId];
  if (kind !== undefined) context.emit(`ONCRM${kind}${change}`, { FIELDS: { ID: entityId } }, userId);
  else {
    const fields = { ID: entityId, ENTITY_TYPE_ID: entityTypeId };
    context.emit(`ONCRMDYNAMICITEM${change}`, { FIELDS: fields }, userId);
  }
}

function heirOf(crm: Crm, item: Item): Ref | undefined {
  if (item.entityTypeId !== LEAD || semanticsOf(crm, item) !== 'S') return undefined;
  const [contactId] = item.contactIds;
  if (contactId !== undefined) return { entityTypeId: CONTACT, entityId: contactId };
  return item.companyId > 0 ? { entityTypeId: COMPANY, entityId: item.companyId } : undefined;
}

function unbindQuietly(crm: Crm, context: MethodContext, activityId: number, ref: Ref, userId: number | null): void {
  crm.bindings.remove(activityId, ref);
  context.applied({ kind: 'binding_removed', data: { activityId, ...ref } });
  const [first] = crm.bindings.rows(activityId);
  if (first === undefined) {
    deleteActivity(crm, context, activityId, userId);
    return;
  }
  const activity = crm.activities.get(activityId);
  if (activity?.ownerTypeId !== ref.entityTypeId || activity.ownerId !== ref.entityId) return;
  activity.ownerTypeId = first.entityTypeId;
  activity.ownerId = first.entityId;
}
