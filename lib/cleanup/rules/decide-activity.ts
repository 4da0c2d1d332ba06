import { type Element, elementKey } from '../../bitrix24/crm/element.ts';
import { leavesBindingsBehind } from '../../bitrix24/crm/leaves-bindings-behind.ts';
import type { Step } from '../../jobs/planner.ts';
import { CLOCK_SKEW_MS, REFUSAL_RESTS_MS } from '../policy.ts';
import type { ElementFacts } from './element-facts.ts';
import type { ActivityExemptions } from './exemption-store.ts';
import { concernsElement, matchesBinding, type PreparedRule } from './prepared-rule.ts';

/** Everything that the decision on one activity depends on. */
export type ActivityCase = {
  /** LAST_UPDATED, ms. */
  readonly updatedAt: number | null;
  readonly bindings: readonly Element[];
  /** Those whose conditions the activity itself meets, in the order of the portal's list. */
  readonly rules: readonly PreparedRule[];
  readonly exemptions: ActivityExemptions;
  readonly factsOf: FactsOf;
  /** ms */
  readonly now: number;
  /** Only this binding may be removed: nothing happened to the others. */
  readonly only?: Element;
};

/** null: not yet read. */
export type FactsOf = (element: Element) => ElementFacts | null;

export type Removal = { readonly element: Element; readonly rule: string };

export type Decision =
  | { readonly kind: 'decided'; readonly removals: readonly Removal[] }
  /** These elements have to be read first. */
  | { readonly kind: 'needs'; readonly elements: readonly Element[] };

/**
 * Decides which bindings of the activity to remove. Each rule sees what the rules before it leave, so the last binding
 * always stays, and no two bindings are removed because of each other (D§6). A removal that relied on a binding which a
 * later rule takes is dropped, and the rules are applied again.
 */
export function decideActivity(subject: ActivityCase): Decision {
  const bindings = inOrder(subject.bindings);
  const existence = existenceOf(bindings, subject.factsOf);
  const staying = new Set(bindings.filter(({ key }) => !mayBeTaken(key, subject)).map(({ key }) => key));
  for (;;) {
    const { taken, needed } = takenBy(subject, bindings, { ...existence, staying });
    if (needed.size > 0) return { kind: 'needs', elements: [...needed.values()] };

    const keys = keysOf(taken);
    const left = bindings.filter(({ key }) => !keys.has(key) && isCertain(key, existence));
    const relying = taken.findLast(({ element, prepared }) => {
      const binding = { element, facts: subject.factsOf(element), others: elementsOf(left), now: subject.now };
      return matchesBinding(prepared, binding) === 'no';
    });
    if (relying !== undefined) {
      staying.add(relying.key);
      continue;
    }
    return {
      kind: 'decided',
      removals: taken.map(({ element, prepared }) => ({ element, rule: prepared.rule.name })),
    };
  }
}

type Bound = { readonly element: Element; readonly key: string };
type Taken = Bound & { readonly prepared: PreparedRule };

/** By element key. A binding to a deleted quote is invisible (B§2.3), so it does not count as one that remains. */
type Existence = {
  readonly discounted: ReadonlySet<string>;
  /** It is not yet known whether they exist. */
  readonly doubtful: ReadonlySet<string>;
};

function existenceOf(bindings: readonly Bound[], factsOf: FactsOf): Existence {
  const quotes = bindings
    .filter(({ element }) => leavesBindingsBehind(element))
    .map(({ element, key }) => ({ key, state: factsOf(element)?.state ?? 'absent' }));
  const doubtful = quotes.filter(({ state }) => state === 'absent');
  // A quote that we may not read does not count either.
  const discounted = quotes.filter(({ state }) => state === 'missing' || state === 'unreadable');
  return { discounted: keysOf(discounted), doubtful: keysOf(doubtful) };
}

const mayBeTaken = (key: string, { exemptions, only }: ActivityCase): boolean =>
  !exemptions.exempt.has(key) && (only === undefined || elementKey(only) === key);

/** Applies all rules once. `staying`: bindings that no rule may take. */
function takenBy(
  subject: ActivityCase,
  bindings: readonly Bound[],
  { discounted, doubtful, staying }: Existence & { readonly staying: ReadonlySet<string> },
): { readonly taken: readonly Taken[]; readonly needed: ReadonlyMap<string, Element> } {
  const { now } = subject;
  const taken: Taken[] = [];
  const needed = new Map<string, Element>();
  let remaining = bindings;
  for (const prepared of subject.rules) {
    for (const { element, key } of remaining) {
      if (prepared.rule.element !== element.entityTypeId || staying.has(key) || needed.has(key)) continue;
      const facts = subject.factsOf(element);
      if (concernsElement(prepared, { element, facts, now }) === 'no') continue;
      const others = remaining.filter((other) => other.key !== key && !discounted.has(other.key));
      const certain = others.filter((other) => !doubtful.has(other.key));
      const match = matchesBinding(prepared, { element, facts, others: elementsOf(certain), now });
      if (match === 'no') {
        const depends = matchesBinding(prepared, { element, facts, others: elementsOf(others), now }) !== 'no';
        for (const other of depends ? others : []) if (doubtful.has(other.key)) needed.set(other.key, other.element);
        continue;
      }
      const rest = match === 'yes' ? rests(key, facts, subject) : 'unknown';
      if (rest === 'unknown') needed.set(key, element);
      if (rest !== 'no') continue;
      taken.push({ element, key, prepared });
      remaining = remaining.filter((other) => other.key !== key);
    }
  }
  return { taken, needed };
}

const isCertain = (key: string, { discounted, doubtful }: Existence): boolean =>
  !discounted.has(key) && !doubtful.has(key);
const keysOf = (all: readonly { readonly key: string }[]): Set<string> => new Set(all.map(({ key }) => key));
const elementsOf = (all: readonly Bound[]): Element[] => all.map(({ element }) => element);

/** What a rule wants done. `checkpointAfter`: where the job resumes after it. */
export const removalStep = (
  activityId: number,
  { element, rule }: Removal,
  checkpointAfter: Step['checkpointAfter'] = () => ({}),
): Step => ({ action: 'unbind', activityId, element, rule, skip: null, checkpointAfter });

/** Bitrix24 returns bindings in any order (B§2.1); the same bindings have to lead to the same decision. */
const inOrder = (bindings: readonly Element[]): Bound[] =>
  bindings
    .map((element) => ({ element, key: elementKey(element) }))
    .sort((a, b) => a.element.entityTypeId - b.element.entityTypeId || a.element.entityId - b.element.entityId);

/** Whether a refusal still keeps rules from trying the pair again. */
export function rests(
  key: string,
  facts: ElementFacts | null,
  { exemptions, updatedAt, now }: Pick<ActivityCase, 'exemptions' | 'updatedAt' | 'now'>,
): 'yes' | 'no' | 'unknown' {
  const refusedAt = exemptions.refused.get(key);
  if (refusedAt === undefined || now - refusedAt >= REFUSAL_RESTS_MS) return 'no';
  const isAfter = (time: number | null, than: number): boolean => time !== null && time > than + CLOCK_SKEW_MS;
  // Our own requests change the activity, but never the element.
  if (isAfter(updatedAt, Math.max(refusedAt, exemptions.ownChangeAt ?? 0))) return 'no';
  if (facts === null) return 'unknown';
  return isAfter(facts.updatedAt, refusedAt) ? 'no' : 'yes';
}
