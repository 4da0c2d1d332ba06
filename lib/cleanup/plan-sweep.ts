import { PAGE } from '../bitrix24/activity-list.ts';
import type { RestCall } from '../bitrix24/rest-call.ts';
import type { Clock } from '../clock.ts';
import type { Cursor } from '../unbind/job.ts';
import { NOTHING_LEFT, type Planned, type Planner, type Step } from '../unbind/planner.ts';
import { readElementList, semanticsOf } from './element-facts.ts';
import type { ElementFacts } from './matches.ts';
import { type ElementPlan, planElement } from './plan-element.ts';
import type { RulesOf } from './portal-rules.ts';
import { RemainingBindings } from './remaining-bindings.ts';
import type { Rule } from './rule.ts';

/** Which rule, and behind which element of its type; `activity`: the next element was looked at up to there. */
type Place = { readonly rule: number; readonly element: number; readonly activity: number };

/** Sweeps the portal rule by rule, a page of elements at a time, by ids (B§2.2): what is unbound meanwhile skips nothing. */
export const planSweep =
  (rulesOf: RulesOf, clock: Clock): Planner =>
  async ({ portal, task, cursor }, ask) => {
    if (task.kind !== 'sweep') return NOTHING_LEFT;
    const place = placeOf(cursor);
    const rule = (await rulesOf(portal))[place.rule];
    if (rule === undefined) return NOTHING_LEFT;

    const page = await ask(elementPage(rule, place.element));
    const elements = page.ok ? readElementList(rule.element, page.result) : [];
    const bindings = new RemainingBindings(ask);
    const means = { ask, bindings, now: clock.now() };
    const plans = await Promise.all(
      elements.map((facts, index) => planElement(facts, [rule], index === 0 ? place.activity : 0, means)),
    );
    return joined(plans, elements, place);
  };

/** An element with more activities than one page ends the plan: the next one goes on inside it. */
function joined(plans: readonly ElementPlan[], elements: readonly ElementFacts[], place: Place): Planned {
  const cut = plans.findIndex(({ after }) => after !== null);
  const through = cut < 0 ? plans : plans.slice(0, cut + 1);
  const before = (index: number): number => elements[index - 1]?.element.entityId ?? place.element;

  const steps = through.flatMap(({ element, activityIds }, index) =>
    activityIds.map(
      (activityId): Step => ({
        action: 'unbind',
        activityId,
        element,
        skip: null,
        cursor: cursorOf({ rule: place.rule, element: before(index), activity: activityId }),
      }),
    ),
  );
  const after = plans[cut]?.after ?? 0;
  if (cut >= 0)
    return { steps, cursor: cursorOf({ rule: place.rule, element: before(cut), activity: after }), code: null };

  const last = elements.at(-1);
  const next =
    last !== undefined && elements.length >= PAGE
      ? { rule: place.rule, element: last.element.entityId, activity: 0 }
      : { rule: place.rule + 1, element: 0, activity: 0 };
  return { steps, cursor: cursorOf(next), code: null };
}

function elementPage(rule: Rule, after: number): RestCall {
  const { stage } = rule.when;
  return {
    method: 'crm.item.list',
    params: {
      entityTypeId: rule.element,
      filter: { '>id': after, ...(stage === undefined ? {} : { stageSemanticId: semanticsOf(stage) }) },
      order: { id: 'ASC' },
      select: ['id', 'stageSemanticId'],
      start: -1,
    },
  };
}

const cursorOf = (place: Place): Cursor => ({ ...place });

const placeOf = (cursor: Cursor | null): Place => ({
  rule: Number(cursor?.rule ?? 0),
  element: Number(cursor?.element ?? 0),
  activity: Number(cursor?.activity ?? 0),
});
