import type { RestCall } from '../rest/rest-call.ts';
import type { Element } from './element.ts';

export const BINDINGS_METHOD = 'crm.activity.binding.list';

/** The call that lists the bindings of an activity. */
export const bindingsOf = (activityId: number): RestCall => ({
  method: BINDINGS_METHOD,
  params: { activityId },
});

/**
 * The elements in an answer of `crm.activity.binding.list`: only those that the caller may read (B§2.1). Unreadable rows
 * are skipped.
 */
export function readBindings(result: unknown): Element[] {
  return (Array.isArray(result) ? result : []).flatMap((row: unknown) => {
    if (typeof row !== 'object' || row === null) return [];
    const entityTypeId = Number(Reflect.get(row, 'entityTypeId'));
    const entityId = Number(Reflect.get(row, 'entityId'));
    return entityTypeId > 0 && entityId > 0 ? [{ entityTypeId, entityId }] : [];
  });
}
