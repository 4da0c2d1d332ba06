import type { Activity } from '../../../lib/bitrix24/crm/activity.ts';
import { type Element, elementKey } from '../../../lib/bitrix24/crm/element.ts';
import { type Decision, decideActivity } from '../../../lib/cleanup/rules/decide-activity.ts';
import type { ElementFacts } from '../../../lib/cleanup/rules/element-facts.ts';
import { type ActivityExemptions, NO_EXEMPTIONS } from '../../../lib/cleanup/rules/exemption-store.ts';
import { concernsActivity, type PreparedRule, prepareRule } from '../../../lib/cleanup/rules/prepared-rule.ts';
import { readRules } from '../../../lib/cleanup/rules/read-rules.ts';

export const NOW = Date.parse('2026-11-24T06:00:00Z');
const DAY = 86_400_000;
export const daysAgo = (days: number): number => NOW - days * DAY;

export const deal = (entityId: number): Element => ({ entityTypeId: 2, entityId });
export const lead: Element = { entityTypeId: 1, entityId: 7 };
export const contact: Element = { entityTypeId: 3, entityId: 5 };
export const company: Element = { entityTypeId: 4, entityId: 6 };
export const quote: Element = { entityTypeId: 7, entityId: 9 };

export const lost: Omit<ElementFacts, 'element'> = {
  state: 'present',
  stage: 'failed',
  pipeline: 0,
  movedAt: daysAgo(10),
  responsibleId: 1,
  updatedAt: daysAgo(10),
};
export const call: Activity = {
  id: 999,
  type: 'call',
  providerId: 'VOXIMPLANT_CALL',
  completed: true,
  responsibleId: 1,
  createdAt: daysAgo(40),
  updatedAt: daysAgo(1),
};

type Case = {
  readonly bindings?: readonly Element[];
  readonly facts?: readonly ElementFacts[];
  readonly activity?: Activity;
  readonly exemptions?: ActivityExemptions;
};

/** The rules as they are written in a portal, ready to use. */
export function prepareRules(...rules: readonly object[]): PreparedRule[] {
  const reading = readRules(JSON.stringify(rules));
  if (reading.kind === 'rejected') throw new Error(reading.problems.join('\n'));
  return reading.rules.map((rule) => prepareRule(rule, NOW));
}

/** What the rules decide about an activity, bound to a lost deal and a contact unless given otherwise. */
export function decide(
  rules: readonly object[],
  { bindings = [deal(1), contact], facts, activity = call, exemptions = NO_EXEMPTIONS }: Case = {},
) {
  const known = new Map(
    (facts ?? bindings.map((element) => ({ ...lost, element }))).map((one) => [elementKey(one.element), one]),
  );
  const prepared = prepareRules(...rules).filter((rule) => concernsActivity(rule, activity));
  const factsOf = (element: Element) => known.get(elementKey(element)) ?? null;
  return decideActivity({ updatedAt: activity.updatedAt, bindings, rules: prepared, exemptions, factsOf, now: NOW });
}

/** The elements to unbind, or `needs` if something has to be read first. */
export const removedElements = (decision: Decision): string[] =>
  decision.kind === 'needs' ? ['needs'] : decision.removals.map(({ element }) => elementKey(element));

export const of = (when: object, activities: object = {}, element = 'deal') => ({
  name: 'r',
  element,
  when,
  activities,
});
