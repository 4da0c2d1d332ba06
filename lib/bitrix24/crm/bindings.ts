import type { RestCall } from '../rest/rest-call.ts';
import type { Element } from './element.ts';

export const bindingsOf = (activityId: number): RestCall => ({
  method: 'crm.activity.binding.list',
  params: { activityId },
});

/** The rows of `crm.activity.binding.list` (B§2.1): only elements that the caller may read. What is no binding is passed over. */
export function readBindings(result: unknown): Element[] {
  return (Array.isArray(result) ? result : []).flatMap((row: unknown) => {
    if (typeof row !== 'object' || row === null) return [];
    const entityTypeId = Number(Reflect.get(row, 'entityTypeId'));
    const entityId = Number(Reflect.get(row, 'entityId'));
    return entityTypeId > 0 && entityId > 0 ? [{ entityTypeId, entityId }] : [];
  });
}
