import type { Activity } from '../../bitrix24/crm/activity.ts';
import { type Element, elementKey, sameElement } from '../../bitrix24/crm/element.ts';
import { leavesBindingsBehind } from '../../bitrix24/crm/leaves-bindings-behind.ts';
import type { Ask } from '../../jobs/planner.ts';
import { readBindingsOf } from '../rules/decide-activities.ts';
import { rests } from '../rules/decide-activity.ts';
import { type ActivityExemptions, type ExemptionStore, NO_EXEMPTIONS } from '../rules/exemption-store.ts';
import type { KnownFacts } from '../rules/known-facts.ts';
import { concernsActivity, concernsElement, matchesBinding, type PreparedRule } from '../rules/prepared-rule.ts';
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
  readonly exemptions: ExemptionStore;
  /** ms */
  readonly now: number;
};

/** Why an item is left alone. `refusal`: Bitrix24's code if something could not be read. */
export type SkipReason = { readonly skip: SkipCode; readonly refusal: string | null };

type State = {
  readonly activities: ReadonlyMap<number, Activity>;
  /** Bindings of some activities, without those that are to be removed, so that no other item relies on them. */
  readonly bound: Map<number, Element[]>;
  /** Activities of which something could not be read, with Bitrix24's code. */
  readonly refused: ReadonlyMap<number, string>;
  /** Items for which a list has shown that enough other bindings remain. */
  readonly boundElsewhere: ReadonlySet<PlanItem>;
  readonly exemptions: ReadonlyMap<number, ActivityExemptions>;
};

/** Reads the portal's state again and tells for each item why it is to be left alone, or null if it is not. */
export async function recheckItems(items: readonly PlanItem[], deps: RecheckDeps): Promise<(SkipReason | null)[]> {
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
  // The lists ask for fewer types than the rules allow, so the bindings of the other activities are read.
  const more = await readBindingsOf(
    [...new Set(unclear)].filter((id) => !asked.has(id)),
    ask,
  );
  const known = new Map([...bound.bound, ...more.bound]);
  await readDoubtful([...known.values()].flat(), deps);

  const exemptions = await deps.exemptions.of(portal, reads.activities);
  const refused = new Map([...more.refused, ...bound.refused, ...activities.refused]);
  const state = { activities: activities.activities, bound: new Map(known), refused, boundElsewhere, exemptions };
  const reasons = items.map((item) => skipReasonOf(item, state, deps));
  return keepReliedOnBindings(items, reasons, { ...state, bound: known }, deps);
}

/** A binding that a rule relies on may be removed by a later item: then the earlier item is left alone after all. */
function keepReliedOnBindings(
  items: readonly PlanItem[],
  reasons: readonly (SkipReason | null)[],
  state: State,
  deps: RecheckDeps,
): (SkipReason | null)[] {
  const all = [...reasons];
  for (;;) {
    const taken = items.filter((_, index) => all[index] === null);
    const byActivity = Map.groupBy(taken, ({ activityId }) => activityId);
    const wrong = items.findIndex((item, index) => {
      const also = (byActivity.get(item.activityId) ?? []).filter((other) => other !== item);
      return all[index] === null && also.length > 0 && bindingSkipReason(item, state, deps, also) !== null;
    });
    const item = items[wrong];
    if (item === undefined) return all;
    const also = taken.filter((other) => other !== item && other.activityId === item.activityId);
    all[wrong] = bindingSkipReason(item, state, deps, also);
  }
}

/** Reads whether elements exist whose bindings survive their deletion; one that a list does not show is read alone. */
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

const skipFor = (skip: SkipCode): SkipReason => ({ skip, refusal: null });
const unreadable = (refusal: string): SkipReason => ({ skip: 'UNREADABLE', refusal });

function skipReasonOf(item: PlanItem, state: State, deps: RecheckDeps): SkipReason | null {
  const { activityId, element } = item;
  const { now } = deps;
  const rule = deps.rules.get(item.rule);
  if (rule === undefined) return skipFor('ACTIVITY_GONE');
  const refusal = state.refused.get(activityId);
  if (refusal !== undefined) return unreadable(refusal);
  const activity = state.activities.get(activityId);
  if (activity === undefined) return skipFor('ACTIVITY_GONE');
  if (!concernsActivity(rule, activity)) return skipFor('ACTIVITY_CHANGED');

  const facts = deps.facts.of(element);
  if (concernsElement(rule, { element, facts, now }) !== 'yes') return elementSkipReason(rule, element, deps);
  const reasons = bindingSkipReason(item, state, deps);
  if (reasons !== null) return reasons;

  const exemptions = state.exemptions.get(activityId) ?? NO_EXEMPTIONS;
  const key = elementKey(element);
  if (exemptions.exempt.has(key)) return skipFor('EXEMPT');
  if (rests(key, facts, { exemptions, updatedAt: activity.updatedAt, now }) === 'yes') return skipFor('RESTING');
  const bindings = state.bound.get(activityId);
  if (bindings !== undefined) state.bound.set(activityId, without(bindings, element));
  return null;
}

/** An element that could not be read does not match, but that does not mean that it has changed. */
function elementSkipReason({ rule }: PreparedRule, element: Element, { facts, directory }: RecheckDeps): SkipReason {
  const refusal = facts.refusalOf(element) ?? (needsDirectory(rule) ? directory.refusal : null);
  return refusal === null ? skipFor('ELEMENT_CHANGED') : unreadable(refusal);
}

/** `also`: other items that remove bindings of the same activity. */
function bindingSkipReason(
  item: PlanItem,
  state: State,
  deps: RecheckDeps,
  also: readonly PlanItem[] = [],
): SkipReason | null {
  const { activityId, element } = item;
  const rule = deps.rules.get(item.rule);
  const bindings = state.bound.get(activityId);
  if (rule === undefined || bindings === undefined || state.boundElsewhere.has(item)) return null;
  const own = without(bindings, element);
  if (own.length === bindings.length) return skipFor('NOT_BOUND');

  const others = also.reduce<readonly Element[]>((left, other) => without(left, other.element), own);
  const { facts, now } = deps;
  const matches = (remaining: readonly Element[]): boolean =>
    matchesBinding(rule, { element, facts: facts.of(element), others: remaining, now }) === 'yes';
  // A binding to an element that no longer exists does not count (B§2.3).
  const remaining = others.filter((other) => !leavesBindingsBehind(other) || facts.of(other)?.state === 'present');
  if (matches(remaining)) return null;
  const refusal = others.map(facts.refusalOf).find((code) => code !== null);
  if (refusal !== undefined && matches(others)) return unreadable(refusal);
  return skipFor(remaining.length === 0 ? 'LAST_BINDING' : 'NOT_BOUND_ELSEWHERE');
}

const without = (bindings: readonly Element[], element: Element): Element[] =>
  bindings.filter((other) => !sameElement(other, element));
