import type { MethodContext } from '../../method.ts';
import type { Crm } from '../crm-state.ts';
import type { Ref } from '../elements/entity-types.ts';
import type { BindingDifference } from './binding-table.ts';
import { ownerOf } from './owner.ts';

/**
 * Replaces an activity's whole list of bindings, as Bitrix24 does for every change of one (B§2.1): no lock, no version check.
 *
 *   read ── ½ window ──▶ owner, DELETE ── window ──▶ INSERT, event
 *
 * A writer that read before our DELETE overwrites us; a reader inside the window finds nothing. With a window of 0 the three
 * steps are one. `list` is what the caller made of the bindings it had read.
 */
export async function writeBindings(
  crm: Crm,
  context: MethodContext,
  activityId: number,
  list: readonly Ref[],
  userId: number | null,
): Promise<void> {
  const window = context.writeWindowMs();
  const kept = list.slice(0, crm.quirks.maxBindings);
  if (window > 0) await context.clock.sleep(Math.ceil(window / 2));
  const activity = crm.activities.get(activityId);
  if (activity === undefined) return;

  const owner = ownerOf(kept);
  activity.ownerTypeId = owner?.entityTypeId ?? 0;
  activity.ownerId = owner?.entityId ?? 0;
  activity.lastUpdated = context.clock.now();
  if (userId !== null) activity.editorId = userId;

  crm.bindings.beginWrite(activityId);
  if (window > 0) await context.clock.sleep(window);
  const exists = crm.activities.has(activityId); // it may have been deleted in the meantime
  recordDifference(context, activityId, crm.bindings.endWrite(activityId, exists ? kept : []));
  if (exists) context.emit('ONCRMACTIVITYUPDATE', { FIELDS: { ID: activityId } }, userId);
}

/** Records what really changed in the ledger; after a lost update that is more than was asked for. */
function recordDifference(context: MethodContext, activityId: number, { removed, added }: BindingDifference): void {
  for (const ref of removed) context.applied({ kind: 'binding_removed', data: { activityId, ...ref } });
  for (const ref of added) context.applied({ kind: 'binding_added', data: { activityId, ...ref } });
}
