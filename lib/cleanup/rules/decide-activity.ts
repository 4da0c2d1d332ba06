import { type Element, elementKey } from '../../bitrix24/crm/element.ts';
import { leavesBindingsBehind } from '../../bitrix24/crm/leaves-bindings-behind.ts';
import type { ElementFacts } from './element-facts.ts';
import type { Marks } from './exemptions.ts';
import { concernsElement, matchesBinding, type PreparedRule } from './matches.ts';

/** A refused pair rests so long, unless something changes (D§6). */
export const REST_MS = 30 * 86_400_000;
/** The portal's clock and ours differ, and our own request changes the activity: a change so soon after it is no change. */
const CLOCKS_MS = 2_000;

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
 * and no two bindings count on each other to remain (D§6). What counted on a binding that a later rule takes stays, and
 * the rules are gone through again.
 */
export function decideActivity(subject: ActivityCase): Decision {
  const bindings = inOrder(subject.bindings);
  const existence = existenceOf(bindings, subject.factsOf);
  const staying = new Set(bindings.filter(({ key }) => !isOpen(key, subject)).map(({ key }) => key));
  for (;;) {
    const { taken, needed } = takenBy(subject, bindings, { ...existence, staying });
    if (needed.size > 0) return { kind: 'needs', elements: [...needed.values()] };

    const keys = keysOf(taken);
    const left = bindings.filter(({ key }) => !keys.has(key) && isCertain(key, existence));
    const counted = taken.findLast(({ element, prepared }) => {
      const binding = { element, facts: subject.factsOf(element), others: elementsOf(left), now: subject.now };
      return matchesBinding(prepared, binding) === 'no';
    });
    if (counted !== undefined) {
      staying.add(counted.key);
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

/** By key. A deleted quote still holds the activity where nobody sees it (B§2.3): it is no binding that remains. */
type Existence = {
  readonly gone: ReadonlySet<string>;
  /** Nobody knows yet whether they exist. */
  readonly doubtful: ReadonlySet<string>;
};

function existenceOf(bindings: readonly Bound[], factsOf: FactsOf): Existence {
  const quotes = bindings
    .filter(({ element }) => leavesBindingsBehind(element))
    .map(({ element, key }) => ({ key, state: factsOf(element)?.state ?? 'absent' }));
  const doubtful = quotes.filter(({ state }) => state === 'absent');
  // What must not be read is not counted on.
  const gone = quotes.filter(({ state }) => state === 'missing' || state === 'unreadable');
  return { gone: keysOf(gone), doubtful: keysOf(doubtful) };
}

const isOpen = (key: string, { marks, only }: ActivityCase): boolean =>
  !marks.exempt.has(key) && (only === undefined || elementKey(only) === key);

/** One way through the rules. `staying`: bindings that no rule may take. */
function takenBy(
  subject: ActivityCase,
  bindings: readonly Bound[],
  { gone, doubtful, staying }: Existence & { readonly staying: ReadonlySet<string> },
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
      const others = remaining.filter((other) => other.key !== key && !gone.has(other.key));
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

const isCertain = (key: string, { gone, doubtful }: Existence): boolean => !gone.has(key) && !doubtful.has(key);
const keysOf = (all: readonly { readonly key: string }[]): Set<string> => new Set(all.map(({ key }) => key));
const elementsOf = (all: readonly Bound[]): Element[] => all.map(({ element }) => element);

/** The database gives them in any order (B§2.1); the same bindings are to lead to the same decision. */
const inOrder = (bindings: readonly Element[]): Bound[] =>
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
