import { type Element, elementKey } from '../bitrix24/element.ts';
import { mayBeLeftBehind } from '../bitrix24/left-behind.ts';
import type { BindingCase } from './conditions.ts';
import type { ElementFacts } from './element-facts.ts';
import { type Match, matchesBinding, type PreparedRule } from './matches.ts';
import type { Marks } from './pair-marks.ts';

/** A refused pair rests so long, unless something changes (D§6). */
export const REST_MS = 30 * 86_400_000;
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
  const taken: Taken[] = [];
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
      const binding = { element: candidate.element, facts, others: [...others, ...kept], now };
      const { match, doubtful } = matchOf(prepared, binding, subject.factsOf);
      for (const element of doubtful) needed.set(elementKey(element), element);
      if (match === 'no') continue;
      const rest = match === 'yes' ? rests(candidate.key, facts, subject) : 'unknown';
      if (rest === 'unknown') needed.set(candidate.key, candidate.element);
      if (rest !== 'no') continue;
      taken.push({ element: candidate.element, prepared });
      remaining = remaining.filter(({ key }) => key !== candidate.key);
    }
  }
  if (needed.size > 0) return { kind: 'needs', elements: [...needed.values()] };
  const removals = withoutThoseThatCountOnOthers(taken, subject);
  return {
    kind: 'decided',
    removals: removals.map(({ element, prepared }) => ({ element, rule: prepared.rule.name })),
  };
}

type Taken = { readonly element: Element; readonly prepared: PreparedRule };

/** `doubtful`: others on which it depends whether the binding may go, and of which nobody knows yet whether they exist. */
function matchOf(
  prepared: PreparedRule,
  binding: BindingCase,
  factsOf: FactsOf,
): { readonly match: Match; readonly doubtful: readonly Element[] } {
  const standing = binding.others.filter((element) => isThere(element, factsOf) !== false);
  const doubtful = standing.filter((element) => isThere(element, factsOf) === null);
  const certain = standing.filter((element) => !doubtful.includes(element));
  const match = matchesBinding(prepared, { ...binding, others: certain });
  if (match !== 'no' || doubtful.length === 0) return { match, doubtful: [] };
  return { match, doubtful: matchesBinding(prepared, { ...binding, others: standing }) === 'no' ? [] : doubtful };
}

/** null: not known. What must not be read is not counted on. */
function isThere(element: Element, factsOf: FactsOf): boolean | null {
  if (!mayBeLeftBehind(element)) return true;
  const state = factsOf(element)?.state ?? 'absent';
  return state === 'absent' ? null : state === 'present';
}

/** What a rule asks to be bound besides can have been taken by a later one: then the earlier binding stays after all. */
function withoutThoseThatCountOnOthers(taken: readonly Taken[], { bindings, factsOf, now }: ActivityCase): Taken[] {
  const gone = [...taken];
  for (;;) {
    const keys = new Set(gone.map(({ element }) => elementKey(element)));
    const others = bindings.filter((element) => !keys.has(elementKey(element)));
    const wrong = gone.findIndex(({ element, prepared }) => {
      const binding = { element, facts: factsOf(element), others, now };
      return matchOf(prepared, binding, factsOf).match === 'no';
    });
    if (wrong < 0) return gone;
    gone.splice(wrong, 1);
  }
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
  const isAfter = (time: number | null, than: number): boolean => time !== null && time > than + CLOCKS_MS;
  // Our own request has changed the activity, never the element.
  if (isAfter(updatedAt, Math.max(refusedAt, marks.ownChangeAt ?? 0))) return 'no';
  if (facts === null) return 'unknown';
  return isAfter(facts.updatedAt, refusedAt) ? 'no' : 'yes';
}
