import type { Caller } from '../../method.ts';
import type { Activity } from '../activities/activity.ts';
import { type Crm, itemsOf, type Reach } from '../crm-state.ts';
import { type Ref, SYSTEM_TYPES } from './entity-types.ts';

/**
 * Whether the caller may update an element (B§2.1): nobody may if its smart process type is deleted or locked, an admin may
 * even if the element does not exist, anybody else needs the element and the right to edit it.
 */
export const mayEdit = (crm: Crm, caller: Caller, ref: Ref): boolean => may(crm, caller, ref, 'editable');

/** The same for reading: what `.list` shows and crm.item.* returns. */
export const mayRead = (crm: Crm, caller: Caller, ref: Ref): boolean => may(crm, caller, ref, 'readable');

/** Legacy activity methods: the caller is responsible for the activity, or may read something it is bound to. */
export function mayReadActivity(crm: Crm, caller: Caller, activity: Activity): boolean {
  if (caller.isAdmin || activity.responsibleId === caller.userId) return true;
  const owner = { entityTypeId: activity.ownerTypeId, entityId: activity.ownerId };
  return [owner, ...crm.bindings.rows(activity.id)].some((ref) => mayRead(crm, caller, ref));
}

/** New-style CRM methods refuse every extranet user who is not a CRM admin (B§2.1). */
export const isRefusedAsExtranet = (crm: Crm, caller: Caller): boolean =>
  !caller.isAdmin && crm.users.get(caller.userId)?.isExtranet === true;

function may(crm: Crm, caller: Caller, ref: Ref, right: 'editable' | 'readable'): boolean {
  if (!isOpenType(crm, ref.entityTypeId)) return false;
  if (caller.isAdmin) return true;
  const reach = crm.users.get(caller.userId)?.[right] ?? 'all';
  return itemsOf(crm, ref.entityTypeId).has(ref.entityId) && reaches(reach, ref);
}

function isOpenType(crm: Crm, entityTypeId: number): boolean {
  if (SYSTEM_TYPES.some(({ id, hasItems }) => id === entityTypeId && hasItems)) return true;
  return crm.smartTypes.get(entityTypeId)?.state === 'active';
}

const reaches = (reach: Reach, ref: Ref): boolean =>
  reach === 'all' ||
  reach.some(
    ({ entityTypeId, entityId }) =>
      entityTypeId === ref.entityTypeId && (entityId === null || entityId === ref.entityId),
  );
