import type { Activity } from '../../bitrix24/crm/activity.ts';
import { type Element, elementKey, sameElement } from '../../bitrix24/crm/element.ts';
import { leavesBindingsBehind } from '../../bitrix24/crm/leaves-bindings-behind.ts';
import type { Ask } from '../../jobs/planner.ts';
import { readBindingsOf } from '../rules/decide-activities.ts';
import { rests } from '../rules/decide-activity.ts';
import { type Exemptions, type Marks, NO_MARKS } from '../rules/exemptions.ts';
import type { KnownFacts } from '../rules/known-facts.ts';
import { concernsActivity, concernsElement, matchesBinding, type PreparedRule } from '../rules/matches.ts';
import { readActivitiesOf } from '../rules/read-activities-of.ts';
import { needsDirectory, type StageDirectory } from '../rules/stage-directory.ts';
import type { PlanItem } from '../runs/plan-store.ts';
import type { SkipCode } from '../runs/skip-code.ts';
import {
  type RulesByName,
  readBoundElsewhere,
  readsFor,
  takenTypes,
  typesElsewhere,
  typesKey,
} from './recheck-reads.ts';

export type RecheckDeps = {
  readonly portal: string;
  readonly ask: Ask;
  readonly rules: RulesByName;
  readonly facts: KnownFacts;
  readonly directory: Pick<StageDirectory, 'refusal'>;
  readonly marks: Exemptions;
  /** ms */
  readonly now: number;
};

/** Why an item is to be left alone. `refusal`: Bitrix24's code, when what it says could not be read. */
export type Against = { readonly skip: SkipCode; readonly refusal: string | null };

type State = {
  readonly activities: ReadonlyMap<number, Activity>;
  /** Bindings of some activities; what goes is taken out, so that nothing counts on it. */
  readonly bound: Map<number, Element[]>;
  /** What of an activity could not be read: Bitrix24's code. */
  readonly refused: ReadonlyMap<number, string>;
  /** Items of which a list has told that enough remains. */
  readonly boundElsewhere: ReadonlySet<PlanItem>;
  readonly marks: ReadonlyMap<number, Marks>;
};

/** Looks at the portal's state again: for each item null, or why it is to be left alone. */
export async function recheckItems(items: readonly PlanItem[], deps: RecheckDeps): Promise<(Against | null)[]> {
  const { portal, ask, facts } = deps;
  const reads = readsFor(items, deps.rules);
  const [activities, bound, elsewhere] = await Promise.all([
    readActivitiesOf(reads.activities, ask),
    readBindingsOf(reads.bindings, ask),
    readBoundElsewhere(reads.elsewhere, ask),
    facts.read(reads.elements, ask, reads.doubtful),
  ]);
  const taken = takenTypes(items);
  const isFound = (item: PlanItem): boolean =>
    elsewhere.get(typesKey(typesElsewhere(item, taken, deps.rules)))?.has(item.activityId) === true;
  const boundElsewhere = new Set(items.filter(isFound));
  const asked = new Set(reads.bindings);
  const unclear = items.filter((item) => !boundElsewhere.has(item)).map(({ activityId }) => activityId);
  // A list was asked for fewer types than the rule allows.
  const more = await readBindingsOf(
    [...new Set(unclear)].filter((id) => !asked.has(id)),
    ask,
  );
  const known = new Map([...bound.bound, ...more.bound]);
  await readDoubtful([...known.values()].flat(), deps);

  const marks = await deps.marks.of(portal, reads.activities);
  const refused = new Map([...more.refused, ...bound.refused, ...activities.refused]);
  const state = { activities: activities.activities, bound: new Map(known), refused, boundElsewhere, marks };
  const against = items.map((item) => reasonAgainst(item, state, deps));
  return keepingWhatCountsOnOthers(items, against, { ...state, bound: known }, deps);
}

/** What a rule asks to be bound besides can be taken by a later item: then the earlier binding stays after all. */
function keepingWhatCountsOnOthers(
  items: readonly PlanItem[],
  against: readonly (Against | null)[],
  state: State,
  deps: RecheckDeps,
): (Against | null)[] {
  const all = [...against];
  for (;;) {
    const taken = items.filter((_, index) => all[index] === null);
    const byActivity = Map.groupBy(taken, ({ activityId }) => activityId);
    const wrong = items.findIndex((item, index) => {
      const also = (byActivity.get(item.activityId) ?? []).filter((other) => other !== item);
      return all[index] === null && also.length > 0 && reasonByBindings(item, state, deps, also) !== null;
    });
    const item = items[wrong];
    if (item === undefined) return all;
    const also = taken.filter((other) => other !== item && other.activityId === item.activityId);
    all[wrong] = reasonByBindings(item, state, deps, also);
  }
}

/** Whether those exist that may have been left behind; what a list does not show is asked for alone. */
async function readDoubtful(bindings: readonly Element[], { facts, ask }: RecheckDeps): Promise<void> {
  const doubtful = bindings.filter(leavesBindingsBehind);
  await facts.read(
    doubtful.filter((element) => facts.of(element) === null),
    ask,
  );
  await facts.read(
    doubtful.filter((element) => facts.of(element)?.state === 'absent'),
    ask,
  );
}

const because = (skip: SkipCode): Against => ({ skip, refusal: null });
const unread = (refusal: string): Against => ({ skip: 'UNREADABLE', refusal });

function reasonAgainst(item: PlanItem, state: State, deps: RecheckDeps): Against | null {
  const { activityId, element } = item;
  const { now } = deps;
  const rule = deps.rules.get(item.rule);
  if (rule === undefined) return because('ACTIVITY_GONE');
  const refusal = state.refused.get(activityId);
  if (refusal !== undefined) return unread(refusal);
  const activity = state.activities.get(activityId);
  if (activity === undefined) return because('ACTIVITY_GONE');
  if (!concernsActivity(rule, activity)) return because('ACTIVITY_CHANGED');

  const facts = deps.facts.of(element);
  if (concernsElement(rule, { element, facts, now }) !== 'yes') return elementAgainst(rule, element, deps);
  const against = reasonByBindings(item, state, deps);
  if (against !== null) return against;

  const marks = state.marks.get(activityId) ?? NO_MARKS;
  const key = elementKey(element);
  if (marks.exempt.has(key)) return because('EXEMPT');
  if (rests(key, facts, { marks, updatedAt: activity.updatedAt, now }) === 'yes') return because('RESTING');
  const bindings = state.bound.get(activityId);
  if (bindings !== undefined) state.bound.set(activityId, without(bindings, element));
  return null;
}

/** What could not be read does not match, and has not changed for that. */
function elementAgainst({ rule }: PreparedRule, element: Element, { facts, directory }: RecheckDeps): Against {
  const refusal = facts.refusalOf(element) ?? (needsDirectory(rule) ? directory.refusal : null);
  return refusal === null ? because('ELEMENT_CHANGED') : unread(refusal);
}

/** `also`: what is taken from the activity besides. */
function reasonByBindings(
  item: PlanItem,
  state: State,
  deps: RecheckDeps,
  also: readonly PlanItem[] = [],
): Against | null {
  const { activityId, element } = item;
  const rule = deps.rules.get(item.rule);
  const bindings = state.bound.get(activityId);
  if (rule === undefined || bindings === undefined || state.boundElsewhere.has(item)) return null;
  const own = without(bindings, element);
  if (own.length === bindings.length) return because('NOT_BOUND');

  const others = also.reduce<readonly Element[]>((left, other) => without(left, other.element), own);
  const { facts, now } = deps;
  const matches = (remaining: readonly Element[]): boolean =>
    matchesBinding(rule, { element, facts: facts.of(element), others: remaining, now }) === 'yes';
  // An activity that is bound to what does not exist is bound to nothing there (B§2.3).
  const remaining = others.filter((other) => !leavesBindingsBehind(other) || facts.of(other)?.state === 'present');
  if (matches(remaining)) return null;
  const refusal = others.map(facts.refusalOf).find((code) => code !== null);
  if (refusal !== undefined && matches(others)) return unread(refusal);
  return because(remaining.length === 0 ? 'LAST_BINDING' : 'NOT_BOUND_ELSEWHERE');
}

const without = (bindings: readonly Element[], element: Element): Element[] =>
  bindings.filter((other) => !sameElement(other, element));
