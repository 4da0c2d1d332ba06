import type { Activity } from '../../bitrix24/crm/activity.ts';
import { bindingsOf, readBindings } from '../../bitrix24/crm/bindings.ts';
import type { Element } from '../../bitrix24/crm/element.ts';
import type { Ask } from '../../jobs/planner.ts';
import { type Decision, decideActivity, type Removal } from './decide-activity.ts';
import { type Exemptions, type Marks, NO_MARKS } from './exemptions.ts';
import type { KnownFacts } from './known-facts.ts';
import { concernsActivity, type PreparedRule } from './matches.ts';

/** What activities are weighed with. */
export type Scales = {
  readonly portal: string;
  readonly ask: Ask;
  readonly rules: readonly PreparedRule[];
  readonly facts: KnownFacts;
  readonly marks: Exemptions;
  /** ms */
  readonly now: number;
  /** Only the binding to this element is in question. */
  readonly only?: Element;
  /** Refusals before this do not count any more, ms: the element has changed since. */
  readonly changedAt?: number;
};

export type Evaluated = { readonly activity: Activity; readonly removals: readonly Removal[] };

/** An activity, its bindings and the rules that it fulfils itself. */
type OnScales = {
  readonly activity: Activity;
  readonly bindings: readonly Element[];
  readonly rules: readonly PreparedRule[];
};

/** Reading facts can show that others are needed; every round knows more. */
const MOST_ROUNDS = 5;

export type BoundTo = {
  /** What each activity is bound to; one that is gone: nothing. */
  readonly bound: ReadonlyMap<number, Element[]>;
  readonly gone: ReadonlySet<number>;
  /** Those that Bitrix24 would not tell of, and its code. */
  readonly refused: ReadonlyMap<number, string>;
};

export async function readBindingsOf(activityIds: readonly number[], ask: Ask): Promise<BoundTo> {
  const bound = new Map<number, Element[]>();
  const gone = new Set<number>();
  const refused = new Map<number, string>();
  await Promise.all(
    activityIds.map(async (id) => {
      const read = await ask(bindingsOf(id));
      if (!read.ok && read.code !== 'NOT_FOUND') {
        refused.set(id, read.code);
        return;
      }
      bound.set(id, read.ok ? readBindings(read.result) : []);
      if (!read.ok) gone.add(id);
    }),
  );
  return { bound, gone, refused };
}

/** The first of the codes. */
export const firstOf = (refused: ReadonlyMap<number, string>): string | null => refused.values().next().value ?? null;

/**
 * Which bindings of these activities the rules take away; none of one that is not in `bound`. Reads of several jobs that are
 * weighed at the same time share requests, so what is read from elsewhere (the marks) is read last.
 */
export async function decideActivities(
  activities: readonly Activity[],
  bound: ReadonlyMap<number, readonly Element[]>,
  scales: Scales,
): Promise<Evaluated[]> {
  const all = activities.flatMap((activity): OnScales[] => {
    const rules = scales.rules.filter((rule) => concernsActivity(rule, activity));
    return rules.length > 0 ? [{ activity, bindings: bound.get(activity.id) ?? [], rules }] : [];
  });
  const first = await decideAll(all, new Map(), scales);
  const hit = first.filter(({ removals }) => removals.length > 0).map(({ activity }) => activity.id);
  if (hit.length === 0) return [];

  const marks = await scales.marks.of(scales.portal, hit);
  if (marks.size === 0) return first.filter(({ removals }) => removals.length > 0);
  const again = all.filter(({ activity }) => hit.includes(activity.id));
  return (await decideAll(again, withoutOld(marks, scales), scales)).filter(({ removals }) => removals.length > 0);
}

async function decideAll(
  all: readonly OnScales[],
  marks: ReadonlyMap<number, Marks>,
  scales: Scales,
): Promise<Evaluated[]> {
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const decisions = all.map((one) => ({
      ...one,
      decision: decide(one, marks.get(one.activity.id) ?? NO_MARKS, scales),
    }));
    const needed = decisions.flatMap(({ decision }) => (decision.kind === 'needs' ? decision.elements : []));
    if (needed.length === 0) {
      return decisions.map(({ activity, decision }) => ({
        activity,
        removals: decision.kind === 'decided' ? decision.removals : [],
      }));
    }
    await scales.facts.read(needed, scales.ask);
  }
  throw new Error('the facts of an element stay unknown');
}

const decide = ({ activity, bindings, rules }: OnScales, marks: Marks, { facts, now, only }: Scales): Decision =>
  decideActivity({
    updatedAt: activity.updatedAt,
    bindings,
    rules,
    marks,
    factsOf: facts.of,
    now,
    ...(only === undefined ? {} : { only }),
  });

function withoutOld(marks: ReadonlyMap<number, Marks>, { changedAt }: Scales): ReadonlyMap<number, Marks> {
  if (changedAt === undefined) return marks;
  const young = ({ refused }: Marks) => new Map([...refused].filter(([, at]) => at >= changedAt));
  return new Map([...marks].map(([id, of]) => [id, { ...of, refused: young(of) }]));
}
