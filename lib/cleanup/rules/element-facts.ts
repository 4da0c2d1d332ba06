import type { Element } from '../../bitrix24/crm/element.ts';
import type { Stage } from './rule.ts';

/** What is known about an element. */
export type ElementFacts = {
  readonly element: Element;
  /**
   * `present`: it was read. `absent`: a list did not show it, so it is either missing or unreadable (B§2.3).
   * `missing`: Bitrix24 says that it does not exist. `unreadable`: we may not read it, or its type no longer exists.
   */
  readonly state: 'present' | 'absent' | 'missing' | 'unreadable';
  readonly stage: Stage | null;
  readonly pipeline: number | null;
  /** When it entered its stage, ms. */
  readonly movedAt: number | null;
  readonly responsibleId: number | null;
  /** ms */
  readonly updatedAt: number | null;
};

/** The fields that `crm.item.list` is asked for. Bitrix24 leaves out those that a type does not have (B§2.3). */
export const ITEM_FIELDS = [
  'id',
  'stageId',
  'stageSemanticId',
  'categoryId',
  'movedTime',
  'assignedById',
  'updatedTime',
] as const;

/** What a `stageId` means, for types whose elements do not say so themselves. */
export type StageOf = (stageId: string) => Stage | null;

const SEMANTICS: { readonly [letter: string]: Stage } = { P: 'process', S: 'success', F: 'failed' };

export function factsOf(entityTypeId: number, item: unknown, stageOf: StageOf): ElementFacts | null {
  const entityId = Number(fieldOf(item, 'id'));
  if (!Number.isSafeInteger(entityId) || entityId <= 0) return null;
  return {
    element: { entityTypeId, entityId },
    state: 'present',
    stage: SEMANTICS[String(fieldOf(item, 'stageSemanticId'))] ?? stageOf(textIn(item, 'stageId')),
    pipeline: numberIn(item, 'categoryId'),
    movedAt: timeIn(item, 'movedTime'),
    responsibleId: numberIn(item, 'assignedById'),
    updatedAt: timeIn(item, 'updatedTime'),
  };
}

/** An element of which nothing but this state is known. */
export const unseen = (element: Element, state: Exclude<ElementFacts['state'], 'present'>): ElementFacts => ({
  element,
  state,
  stage: null,
  pipeline: null,
  movedAt: null,
  responsibleId: null,
  updatedAt: null,
});

/** The rows of `crm.item.list`. */
export function itemsOf(result: unknown): unknown[] {
  const items = fieldOf(result, 'items');
  return Array.isArray(items) ? items : [];
}

export const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;

function textIn(item: unknown, name: string): string {
  const value = fieldOf(item, name);
  return typeof value === 'string' ? value : '';
}

function numberIn(item: unknown, name: string): number | null {
  const value = fieldOf(item, name);
  const number = typeof value === 'number' || typeof value === 'string' ? Number(value) : Number.NaN;
  return value === '' || !Number.isSafeInteger(number) ? null : number;
}

function timeIn(item: unknown, name: string): number | null {
  const time = Date.parse(String(fieldOf(item, name)));
  return Number.isNaN(time) ? null : time;
}
