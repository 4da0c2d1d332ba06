import type { Element } from '../bitrix24/element.ts';
import type { Ask } from '../unbind/planner.ts';
import type { ElementFacts } from './matches.ts';
import type { Stage } from './rule.ts';

/** `stageSemanticId` of `crm.item.*` (B§2.3); types without the field have no stage that a rule could name. */
const STAGES: { readonly [semantics: string]: Stage } = { P: 'process', S: 'success', F: 'failed' };

/** The semantics letter of a stage, for the filter of `crm.item.list`. */
export const semanticsOf = (stage: Stage): string => stage.charAt(0).toUpperCase();

/** Null when the element does not exist or must not be read. */
export async function readElementFacts(element: Element, ask: Ask): Promise<ElementFacts | null> {
  const read = await ask({
    method: 'crm.item.get',
    params: { entityTypeId: element.entityTypeId, id: element.entityId },
  });
  if (!read.ok) return null;
  const item: unknown = fieldOf(read.result, 'item');
  return { element, stage: stageOf(item) };
}

/** The items of `crm.item.list`, in the order of the answer; those without a usable id are passed over. */
export function readElementList(entityTypeId: number, result: unknown): ElementFacts[] {
  const items: unknown = fieldOf(result, 'items');
  return (Array.isArray(items) ? items : []).flatMap((item: unknown) => {
    const entityId = Number(fieldOf(item, 'id'));
    return Number.isSafeInteger(entityId) && entityId > 0
      ? [{ element: { entityTypeId, entityId }, stage: stageOf(item) }]
      : [];
  });
}

const stageOf = (item: unknown): Stage | null => STAGES[String(fieldOf(item, 'stageSemanticId'))] ?? null;

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
