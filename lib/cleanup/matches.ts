import { type Activity, isOfTypes } from '../bitrix24/activity.ts';
import { type Element, sameElement } from '../bitrix24/element.ts';
import type { Rule, Stage } from './rule.ts';

const DAY_MS = 86_400_000;

/** What is known of an element: the semantics of its stage, null when it has none. */
export type ElementFacts = { readonly element: Element; readonly stage: Stage | null };

/** Whether a rule can apply to the element at all; the activity is still to be looked at. */
export const concernsElement = (rule: Rule, { element, stage }: ElementFacts): boolean =>
  rule.enabled && rule.element === element.entityTypeId && (rule.when.stage === undefined || rule.when.stage === stage);

/** Whether a rule can apply to the activity, its bindings aside. */
export function concernsActivity({ activities }: Rule, activity: Activity, now: number): boolean {
  const { completed, types, olderThanDays } = activities;
  if (completed !== undefined && completed !== activity.completed) return false;
  if (!isOfTypes(activity, types)) return false;
  // An age that is unknown is not old.
  return olderThanDays === undefined || now - (activity.updatedAt ?? now) >= olderThanDays * DAY_MS;
}

/**
 * Whether the binding may go: another one remains (the last binding is never planned away, D§6), and the activity is also
 * bound where the rule wants it to be.
 */
export function allowsRemoval(rule: Rule, element: Element, bindings: readonly Element[]): boolean {
  const others = bindings.filter((binding) => !sameElement(binding, element));
  if (others.length === bindings.length || others.length === 0) return false;
  const { alsoBoundTo } = rule.when;
  return alsoBoundTo.length === 0 || others.some(({ entityTypeId }) => alsoBoundTo.includes(entityTypeId));
}
