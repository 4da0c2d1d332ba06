import type { MethodContext } from '../../method.ts';
import { type Crm, itemsOf } from '../crm-state.ts';
import { bindQuietly, emitElement } from './delete-element.ts';
import { COMPANY, CONTACT, DEAL, LEAD, type Ref } from './entity-types.ts';
import { ensureItem } from './seed-items.ts';

/** What a lead is converted into; missing elements are created. */
export type Conversion = {
  readonly id: number;
  readonly dealId?: number | undefined;
  readonly contactId?: number | undefined;
  readonly companyId?: number | undefined;
};

/**
 * Converting a lead first adds bindings to all its activities, then sets the stage (B§2.3): a handler of ONCRMLEADUPDATE finds
 * both. The bindings are added without an ONCRMACTIVITYUPDATE [I].
 */
export function convertLead(crm: Crm, context: MethodContext, conversion: Conversion, userId: number | null): void {
  const lead = itemsOf(crm, LEAD).get(conversion.id);
  if (lead === undefined) throw new Error('no such lead');
  const targets = targetsOf(conversion);
  for (const ref of targets) {
    if (itemsOf(crm, ref.entityTypeId).has(ref.entityId)) continue;
    ensureItem(crm, ref);
    emitElement(context, 'ADD', ref, userId);
  }
  const element = { entityTypeId: LEAD, entityId: lead.id };
  for (const activityId of crm.bindings.activityIds(element)) {
    for (const ref of targets) bindQuietly(crm, context, activityId, ref);
  }
  if (conversion.contactId !== undefined) lead.contactIds = [conversion.contactId];
  if (conversion.companyId !== undefined) lead.companyId = conversion.companyId;
  lead.stageId = 'CONVERTED';
  lead.updatedTime = crm.clock.now();
  emitElement(context, 'UPDATE', element, userId);
}

function targetsOf({ dealId, contactId, companyId }: Conversion): Ref[] {
  const pairs = [
    [DEAL, dealId],
    [CONTACT, contactId],
    [COMPANY, companyId],
  ] as const;
  return pairs.flatMap(([entityTypeId, entityId]) => (entityId === undefined ? [] : [{ entityTypeId, entityId }]));
}
