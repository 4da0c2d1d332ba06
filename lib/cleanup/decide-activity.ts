import { type Element, elementKey } from '../bitrix24/element.ts';
import type { ElementFacts } from './element-facts.ts';
import { matchesBinding, type PreparedRule } from './matches.ts';
import type { Marks } from './pair-marks.ts';

/** A refused pair rests so long, unless something changes (D§6). */
const REST_MS = 30 * 86_400_000;
/** The portal's clock and ours differ, and our own request changes the activity: a change so soon after it is no change. */
export const CLOCKS_MS = 2_000;

/** All that decides over one activity. */
export type ActivityCase = {
  /** LAST_UPDATED, ms. */
  readonly updatedAt: number | null;
  readonly bindings: readonly Element[];
  /** Those that the activity itself fulfils, in the order of the list. */
  readonly rules: readonly PreparedRule[];
  readonly marks: Marks;
  /** null: not read yet. */
  readonly factsOf: FactsOf;
  /** ms */
  readonly now: number;
  /** Only this binding is in question: nothing happened to the others. */
  readonly only?: Element;
};

/** null: not read yet. */
export type FactsOf = (element: Element) => ElementFacts | null;

export type Removal = { readonly element: Element; readonly rule: string };

export type Decision =
  | { readonly kind: 'decided'; readonly removals: readonly Removal[] }
  /** These elements have to be read before it can be said. */
  | { readonly kind: 'needs'; readonly elements: readonly Element[] };

/**
 * Which bindings of the activity go: rule by rule, each on what the rules before it leave, so that never the last one goes
 * and no two bindings count on each other to remain (D§6).
 */
export function decideActivity(subject: ActivityCase): Decision {
  const removals: Removal[] = [];
  const needed = new Map<string, Element>();
  const { marks, only, now } = subject;
  const isOpen = (key: string): boolean => !marks.exempt.has(key) && (only === undefined || elementKey(only) === key);
  let remaining = inOrder(subject.bindings).filter(({ key }) => isOpen(key));
  const kept = subject.bindings.filter((element) => !isOpen(elementKey(element)));

  for (const prepared of subject.rules) {
    for (const candidate of remaining) {
      if (prepared.rule.element !== candidate.element.entityTypeId) continue;
      const others = remaining.filter(({ key }) => key !== candidate.key).map(({ element }) => element);
      const facts = subject.factsOf(candidate.element);
      const match = matchesBinding(prepared, { element: candidate.element, facts, others: [...others, ...kept], now });
      if (match === 'no') continue;
      const rest = match === 'yes' ? rests(candidate.key, facts, subject) : 'unknown';
      if (rest === 'unknown') needed.set(candidate.key, candidate.element);
      if (rest !== 'no') continue;
      removals.push({ element: candidate.element, rule: prepared.rule.name });
      remaining = remaining.filter(({ key }) => key !== candidate.key);
    }
  }
  return needed.size > 0 ? { kind: 'needs', elements: [...needed.values()] } : { kind: 'decided', removals };
}

/** The database gives them in any order (B§2.1); the same bindings are to lead to the same decision. */
const inOrder = (bindings: readonly Element[]): { readonly element: Element; readonly key: string }[] =>
  bindings
    .map((element) => ({ element, key: elementKey(element) }))
    .sort((a, b) => a.element.entityTypeId - b.element.entityTypeId || a.element.entityId - b.element.entityId);

/** Whether a refusal still keeps the pair from being tried. */
export function rests(
  key: string,
  facts: ElementFacts | null,
  { marks, updatedAt, now }: Pick<ActivityCase, 'marks' | 'updatedAt' | 'now'>,
): 'yes' | 'no' | 'unknown' {
  const refusedAt = marks.refused.get(key);
  if (refusedAt === undefined || now - refusedAt >= REST_MS) return 'no';
  const changed = (time: number | null): boolean => time !== null && time > refusedAt + CLOCKS_MS;
  if (changed(updatedAt)) return 'no';
  if (facts === null) return 'unknown';
  return changed(facts.updatedAt) ? 'no' : 'yes';
}
