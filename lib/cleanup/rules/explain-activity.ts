import type { Activity } from '../../bitrix24/crm/activity.ts';
import { activitiesById, readActivities } from '../../bitrix24/crm/activity-list.ts';
import { bindingsOf, readBindings } from '../../bitrix24/crm/bindings.ts';
import { type Element, elementKey } from '../../bitrix24/crm/element.ts';
import { leavesBindingsBehind } from '../../bitrix24/crm/leaves-bindings-behind.ts';
import type { Ask } from '../../jobs/planner.ts';
import type { Condition } from './conditions.ts';
import { decideActivity, rests } from './decide-activity.ts';
import { type ActivityExemptions, type ExemptionStore, NO_EXEMPTIONS } from './exemption-store.ts';
import { KnownFacts } from './known-facts.ts';
import { concernsActivity, type PreparedRule, prepareRule } from './prepared-rule.ts';
import type { Rule } from './rule.ts';
import type { StageDirectories } from './stage-directory.ts';

/** One condition of a rule, checked on one binding. `field` is empty for the condition that every rule has. */
export type Check = {
  readonly field: string;
  readonly wanted: string;
  readonly found: string;
  readonly holds: boolean;
};

export type RuleOnBinding = {
  readonly rule: string;
  readonly enabled: boolean;
  readonly element: Element;
  /** Whether all checks hold. */
  readonly matches: boolean;
  readonly checks: readonly Check[];
  /** Why the binding stays although it matches; `counted`: it has to remain because of another removal. */
  readonly kept: 'exempt' | 'resting' | 'counted' | 'disabled' | null;
};

export type Explanation =
  | {
      readonly kind: 'explained';
      readonly activity: Activity;
      readonly bindings: readonly Element[];
      readonly rules: readonly RuleOnBinding[];
    }
  /** With Bitrix24's code: the activity does not exist, or we may not read it. */
  | { readonly kind: 'unreadable'; readonly code: string };

export type ExplainDeps = {
  readonly portal: string;
  readonly ask: Ask;
  readonly stages: StageDirectories;
  readonly exemptions: ExemptionStore;
  /** ms */
  readonly now: number;
};

/**
 * What each rule, enabled or not, decides about each binding of its type, and why: by the same conditions that decide
 * everywhere else.
 */
export async function explainActivity(
  activityId: number,
  rules: readonly Rule[],
  { portal, ask, stages, exemptions: store, now }: ExplainDeps,
): Promise<Explanation> {
  const [page, bound, directory, exemptions] = await Promise.all([
    ask(activitiesById([activityId])),
    ask(bindingsOf(activityId)),
    stages.of(portal, rules, ask),
    store.of(portal, [activityId]),
  ]);
  if (!page.ok) return { kind: 'unreadable', code: page.code };
  if (!bound.ok) return { kind: 'unreadable', code: bound.code };
  const [activity] = readActivities(page.result);
  if (activity === undefined) return { kind: 'unreadable', code: 'NOT_FOUND' };

  const bindings = readBindings(bound.result);
  const facts = new KnownFacts(directory);
  const concerned = bindings.filter(
    (bound) => leavesBindingsBehind(bound) || rules.some(({ element }) => element === bound.entityTypeId),
  );
  await facts.read(concerned, ask);
  await facts.read(
    concerned.filter((element) => facts.of(element)?.state === 'absent'),
    ask,
  );

  const prepared = rules.map((rule) => prepareRule(rule, now));
  const subject: Subject = { activity, bindings, facts, exemptions: exemptions.get(activityId) ?? NO_EXEMPTIONS, now };
  const removed = removalsBy(prepared, subject);
  const explained = prepared.flatMap((rule) =>
    bindings
      .filter(({ entityTypeId }) => entityTypeId === rule.rule.element)
      .map((element) => explain(rule, element, removed, subject)),
  );
  return { kind: 'explained', activity, bindings, rules: explained };
}

type Subject = {
  readonly activity: Activity;
  readonly bindings: readonly Element[];
  readonly facts: KnownFacts;
  readonly exemptions: ActivityExemptions;
  readonly now: number;
};

/** What the enabled rules together would remove. */
function removalsBy(
  rules: readonly PreparedRule[],
  { activity, bindings, facts, exemptions, now }: Subject,
): Set<string> {
  const own = rules.filter((rule) => rule.rule.enabled && concernsActivity(rule, activity));
  const { updatedAt } = activity;
  const decision = decideActivity({ updatedAt, bindings, rules: own, exemptions, factsOf: facts.of, now });
  const removals = decision.kind === 'decided' ? decision.removals : [];
  return new Set(removals.map(({ element, rule }) => `${rule} ${elementKey(element)}`));
}

function explain(rule: PreparedRule, element: Element, removed: ReadonlySet<string>, subject: Subject): RuleOnBinding {
  const { activity, bindings, facts, now } = subject;
  const key = elementKey(element);
  const others = bindings.filter((other) => elementKey(other) !== key);
  const onBinding = { element, facts: facts.of(element), others, now };
  const checks = [
    ...rule.onElement.map((condition) => checkOf(condition, onBinding)),
    ...rule.onActivity.map((condition) => checkOf(condition, activity)),
    ...rule.onBinding.map((condition) => checkOf(condition, onBinding)),
  ];
  const { name, enabled } = rule.rule;
  const matches = checks.every(({ holds }) => holds);
  const kept = matches && !removed.has(`${name} ${key}`) ? whyKept(rule, element, subject) : null;
  return { rule: name, enabled, element, matches, checks, kept };
}

const checkOf = <T>({ field, wanted, holds, found }: Condition<T>, subject: T): Check => ({
  field,
  wanted,
  found: found(subject),
  holds: holds(subject) === true,
});

function whyKept(
  { rule }: PreparedRule,
  element: Element,
  { activity, facts, exemptions, now }: Subject,
): RuleOnBinding['kept'] {
  if (!rule.enabled) return 'disabled';
  const key = elementKey(element);
  if (exemptions.exempt.has(key)) return 'exempt';
  const { updatedAt } = activity;
  return rests(key, facts.of(element), { exemptions, updatedAt, now }) === 'yes' ? 'resting' : 'counted';
}
