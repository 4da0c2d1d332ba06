import { activitiesBoundTo, isFullPage, readActivities } from '../bitrix24/activity-list.ts';
import type { Element } from '../bitrix24/element.ts';
import type { Ask } from '../unbind/planner.ts';
import { concernsActivity, concernsElement, type ElementFacts } from './matches.ts';
import type { RemainingBindings } from './remaining-bindings.ts';
import type { Rule } from './rule.ts';

/** What rules take away from one element: one page of its activities. */
export type ElementPlan = {
  readonly element: Element;
  readonly activityIds: readonly number[];
  /** The last activity looked at, when there are more; null when the element is through. */
  readonly after: number | null;
};

/** Looks at the element's activities with an id above `after`. */
export async function planElement(
  facts: ElementFacts,
  rules: readonly Rule[],
  after: number,
  means: { readonly ask: Ask; readonly bindings: RemainingBindings; readonly now: number },
): Promise<ElementPlan> {
  const { element } = facts;
  const concerned = rules.filter((rule) => concernsElement(rule, facts));
  if (concerned.length === 0) return { element, activityIds: [], after: null };

  const page = await means.ask(activitiesBoundTo(element, after));
  const activities = page.ok ? readActivities(page.result) : [];
  const candidates = activities
    .map((activity) => ({
      id: activity.id,
      rules: concerned.filter((rule) => concernsActivity(rule, activity, means.now)),
    }))
    .filter((candidate) => candidate.rules.length > 0);
  await means.bindings.read(candidates.map(({ id }) => id));

  return {
    element,
    activityIds: candidates.filter(({ id, rules }) => means.bindings.remove(id, element, rules)).map(({ id }) => id),
    after: page.ok && isFullPage(page.result) ? (activities.at(-1)?.id ?? null) : null,
  };
}
