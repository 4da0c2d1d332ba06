import type { Activity } from '../bitrix24/activity.ts';
import { type Element, elementKey, sameElement } from '../bitrix24/element.ts';
import type { Ask } from '../unbind/planner.ts';
import { rests } from './decide-activity.ts';
import type { KnownFacts } from './known-facts.ts';
import { concernsActivity, concernsElement, matchesBinding } from './matches.ts';
import { type Marks, NO_MARKS, type PairMarks } from './pair-marks.ts';
import type { PlanItem } from './plan-store.ts';
import {
  type RulesByName,
  readActivitiesOf,
  readBoundElsewhere,
  readsFor,
  takenTypes,
  typesElsewhere,
  typesKey,
} from './recheck-reads.ts';
import type { SkipCode } from './skip-code.ts';
import { readBindingsOf } from './weigh-activities.ts';

export type RecheckMeans = {
  readonly portal: string;
  readonly ask: Ask;
  readonly rules: RulesByName;
  readonly facts: KnownFacts;
  readonly marks: PairMarks;
  /** ms */
  readonly now: number;
};

type State = {
  readonly activities: ReadonlyMap<number, Activity>;
  /** Bindings of some activities; what goes is taken out, so that nothing counts on it. */
  readonly bound: Map<number, Element[]>;
  /** Items of which a list has told that their activity is bound to what the rule asks for. */
  readonly boundElsewhere: ReadonlySet<PlanItem>;
  readonly marks: ReadonlyMap<number, Marks>;
};

/** Looks at the portal's state again: for each item null, or why it is to be left alone. */
export async function recheckItems(items: readonly PlanItem[], means: RecheckMeans): Promise<(SkipCode | null)[]> {
  const { portal, ask, facts } = means;
  const reads = readsFor(items, means.rules);
  const [activities, bound, elsewhere] = await Promise.all([
    readActivitiesOf(reads.activities, ask),
    readBindingsOf(reads.bindings, ask),
    readBoundElsewhere(reads.elsewhere, ask),
    facts.read(reads.elements, ask, reads.doubtful),
  ]);
  const taken = takenTypes(items);
  const isFound = (item: PlanItem): boolean => {
    const types = typesElsewhere(item, taken, means.rules);
    return types !== null && elsewhere.get(typesKey(types))?.has(item.activityId) === true;
  };
  const boundElsewhere = new Set(items.filter(isFound));
  const more = await readBindingsOf(unclearOf(items, boundElsewhere, bound, means.rules), ask);
  const marks = await means.marks.of(portal, reads.activities);
  const state = { activities, bound: new Map([...bound, ...more]), boundElsewhere, marks };
  return items.map((item) => reasonAgainst(item, state, means));
}

/** Activities that a list did not find: it was asked for fewer types than the rule names. */
const unclearOf = (
  items: readonly PlanItem[],
  found: ReadonlySet<PlanItem>,
  bound: ReadonlyMap<number, unknown>,
  rules: RulesByName,
): number[] => {
  const asking = items.filter(({ rule }) => (rules.get(rule)?.rule.when.alsoBoundTo.length ?? 0) > 0);
  return [...new Set(asking.filter((item) => !found.has(item)).map(({ activityId }) => activityId))].filter(
    (id) => !bound.has(id),
  );
};

function reasonAgainst(item: PlanItem, state: State, means: RecheckMeans): SkipCode | null {
  const { activityId, element } = item;
  const rule = means.rules.get(item.rule);
  const activity = state.activities.get(activityId);
  if (activity === undefined || rule === undefined) return 'ACTIVITY_GONE';
  if (!concernsActivity(rule, activity)) return 'ACTIVITY_CHANGED';

  const facts = means.facts.of(element);
  const { now } = means;
  if (concernsElement(rule, { element, facts, now }) !== 'yes') return 'ELEMENT_CHANGED';
  const against = reasonByBindings(item, state, means);
  if (against !== null) return against;

  const marks = state.marks.get(activityId) ?? NO_MARKS;
  const key = elementKey(element);
  if (marks.exempt.has(key)) return 'EXEMPT';
  if (rests(key, facts, { marks, updatedAt: activity.updatedAt, now }) === 'yes') return 'RESTING';
  const bindings = state.bound.get(activityId);
  if (bindings !== undefined) state.bound.set(activityId, without(bindings, element));
  return null;
}

/** Null also when the rule asks for nothing here: Bitrix24 says by itself what is not bound, and what is the last one. */
function reasonByBindings(item: PlanItem, { bound, boundElsewhere }: State, means: RecheckMeans): SkipCode | null {
  const { activityId, element, rule: name } = item;
  const rule = means.rules.get(name);
  const bindings = bound.get(activityId);
  if (rule === undefined || bindings === undefined || boundElsewhere.has(item)) return null;
  const others = without(bindings, element);
  if (others.length === bindings.length) return 'NOT_BOUND';
  if (others.length === 0) return 'LAST_BINDING';
  const match = matchesBinding(rule, { element, facts: means.facts.of(element), others, now: means.now });
  return match === 'yes' ? null : 'NOT_BOUND_ELSEWHERE';
}

const without = (bindings: readonly Element[], element: Element): Element[] =>
  bindings.filter((other) => !sameElement(other, element));
