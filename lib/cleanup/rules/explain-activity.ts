import type { Activity } from '../../bitrix24/crm/activity.ts';
import { activitiesById, readActivities } from '../../bitrix24/crm/activity-list.ts';
import { bindingsOf, readBindings } from '../../bitrix24/crm/bindings.ts';
import { type Element, elementKey } from '../../bitrix24/crm/element.ts';
import { leavesBindingsBehind } from '../../bitrix24/crm/leaves-bindings-behind.ts';
import type { Ask } from '../../jobs/planner.ts';
import type { Condition } from './conditions.ts';
import { decideActivity, rests } from './decide-activity.ts';
import { type Exemptions, type Marks, NO_MARKS } from './exemptions.ts';
import { KnownFacts } from './known-facts.ts';
import { concernsActivity, type PreparedRule, prepareRule } from './matches.ts';
import type { Rule } from './rule.ts';
import type { StageDirectories } from './stage-directory.ts';

/** One condition of a rule on one binding. `field` is empty for what every rule asks for. */
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
  /** All checks hold. */
  readonly matches: boolean;
  readonly checks: readonly Check[];
  /** It matches, and still the binding stays. `counted`: another removal leaves it as what has to remain. */
  readonly kept: 'exempt' | 'resting' | 'counted' | 'disabled' | null;
};

export type Explanation =
  | {
      readonly kind: 'explained';
      readonly activity: Activity;
      readonly bindings: readonly Element[];
      readonly rules: readonly RuleOnBinding[];
    }
  /** Bitrix24's code: the activity does not exist, or must not be read. */
  | { readonly kind: 'unreadable'; readonly code: string };

export type ExplainDeps = {
  readonly portal: string;
  readonly ask: Ask;
  readonly stages: StageDirectories;
  readonly marks: Exemptions;
  /** ms */
  readonly now: number;
};

/**
 * What each rule, switched on or not, makes of each binding of its type, and why. The same conditions decide here and
 * everywhere else.
 */
export async function explainActivity(
  activityId: number,
  rules: readonly Rule[],
  { portal, ask, stages, marks: store, now }: ExplainDeps,
): Promise<Explanation> {
  const [page, bound, directory, marks] = await Promise.all([
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
  const subject: Subject = { activity, bindings, facts, marks: marks.get(activityId) ?? NO_MARKS, now };
  const removed = removedBy(prepared, subject);
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
  readonly marks: Marks;
  readonly now: number;
};

/** What the enabled rules together would take. */
function removedBy(rules: readonly PreparedRule[], { activity, bindings, facts, marks, now }: Subject): Set<string> {
  const own = rules.filter((rule) => rule.rule.enabled && concernsActivity(rule, activity));
  const { updatedAt } = activity;
  const decision = decideActivity({ updatedAt, bindings, rules: own, marks, factsOf: facts.of, now });
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
  const kept = matches && !removed.has(`${name} ${key}`) ? reasonLeft(rule, element, subject) : null;
  return { rule: name, enabled, element, matches, checks, kept };
}

const checkOf = <T>({ field, wanted, holds, found }: Condition<T>, subject: T): Check => ({
  field,
  wanted,
  found: found(subject),
  holds: holds(subject) === true,
});

function reasonLeft(
  { rule }: PreparedRule,
  element: Element,
  { activity, facts, marks, now }: Subject,
): RuleOnBinding['kept'] {
  if (!rule.enabled) return 'disabled';
  const key = elementKey(element);
  if (marks.exempt.has(key)) return 'exempt';
  const { updatedAt } = activity;
  return rests(key, facts.of(element), { marks, updatedAt, now }) === 'yes' ? 'resting' : 'counted';
}
