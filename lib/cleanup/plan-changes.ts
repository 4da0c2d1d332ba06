import { activitiesById, readActivities } from '../bitrix24/activity-list.ts';
import type { Clock } from '../clock.ts';
import { NOTHING_LEFT, type Planner, type Step } from '../unbind/planner.ts';
import { readElementFacts } from './element-facts.ts';
import { concernsActivity, concernsElement } from './matches.ts';
import { planElement } from './plan-element.ts';
import type { RulesOf } from './portal-rules.ts';
import { RemainingBindings } from './remaining-bindings.ts';

/** An element changed: whatever a rule now takes away from it. Looks at the state, never at the event (B§5.7). */
export const planElementChanged =
  (rulesOf: RulesOf, clock: Clock): Planner =>
  async ({ portal, task, cursor }, ask) => {
    if (task.kind !== 'element_changed') return NOTHING_LEFT;
    const { element } = task;
    const rules = (await rulesOf(portal)).filter((rule) => rule.element === element.entityTypeId);
    const facts = rules.length > 0 ? await readElementFacts(element, ask) : null;
    if (facts === null) return NOTHING_LEFT;

    const bindings = new RemainingBindings(ask);
    const plan = await planElement(facts, rules, Number(cursor?.after ?? 0), { ask, bindings, now: clock.now() });
    return {
      steps: plan.activityIds.map((activityId) => ({
        action: 'unbind',
        activityId,
        element,
        skip: null,
        cursor: { after: activityId },
      })),
      cursor: plan.after === null ? null : { after: plan.after },
      code: null,
    };
  };

/** An activity changed: whichever of its bindings a rule now takes away. Our own unbind's echo finds nothing to do (D§6). */
export const planActivityChanged =
  (rulesOf: RulesOf, clock: Clock): Planner =>
  async ({ portal, task }, ask) => {
    if (task.kind !== 'activity_changed') return NOTHING_LEFT;
    const { activityId } = task;
    const rules = await rulesOf(portal);
    if (rules.length === 0) return NOTHING_LEFT;

    const bindings = new RemainingBindings(ask);
    await bindings.read([activityId]);
    const bound = bindings
      .of(activityId)
      .filter(({ entityTypeId }) => rules.some((rule) => rule.element === entityTypeId));
    if (bound.length === 0 || bindings.of(activityId).length < 2) return NOTHING_LEFT;

    const [page, ...facts] = await Promise.all([
      ask(activitiesById([activityId])),
      ...bound.map((element) => readElementFacts(element, ask)),
    ]);
    const activity = page.ok ? readActivities(page.result)[0] : undefined;
    if (activity === undefined) return NOTHING_LEFT;

    const concerned = rules.filter((rule) => concernsActivity(rule, activity, clock.now()));
    const removed = facts
      .filter((found) => found !== null)
      .filter((found) => {
        const matching = concerned.filter((rule) => concernsElement(rule, found));
        return bindings.remove(activityId, found.element, matching);
      });
    const steps = removed.map(
      ({ element }): Step => ({ action: 'unbind', activityId, element, skip: null, cursor: {} }),
    );
    return { steps, cursor: null, code: null };
  };
