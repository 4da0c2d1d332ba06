import type { Activity } from '../../bitrix24/crm/activity.ts';
import { bindingsOf, readBindings } from '../../bitrix24/crm/bindings.ts';
import type { Element } from '../../bitrix24/crm/element.ts';
import type { Ask } from '../../jobs/planner.ts';
import { type Decision, decideActivity, type Removal } from './decide-activity.ts';
import { type ActivityExemptions, type ExemptionStore, NO_EXEMPTIONS } from './exemption-store.ts';
import type { KnownFacts } from './known-facts.ts';
import { concernsActivity, type PreparedRule } from './prepared-rule.ts';

/** What activities are weighed with. */
export type DecideActivitiesDeps = {
  readonly portal: string;
  readonly ask: Ask;
  readonly rules: readonly PreparedRule[];
  readonly facts: KnownFacts;
  readonly exemptions: ExemptionStore;
  /** ms */
  readonly now: number;
  /** Only the binding to this element is in question. */
  readonly only?: Element;
  /** Refusals before this do not count any more, ms: the element has changed since. */
  readonly changedAt?: number;
};

export type EvaluatedActivity = { readonly activity: Activity; readonly removals: readonly Removal[] };

/** An activity, its bindings and the rules that it fulfils itself. */
type Concerned = {
  readonly activity: Activity;
  readonly bindings: readonly Element[];
  readonly rules: readonly PreparedRule[];
};

/** Reading facts can show that others are needed; every round knows more. */
const MOST_ROUNDS = 5;

export type BindingsRead = {
  /** What each activity is bound to; one that is gone: nothing. */
  readonly bound: ReadonlyMap<number, Element[]>;
  readonly missing: ReadonlySet<number>;
  /** Those that Bitrix24 would not tell of, and its code. */
  readonly refused: ReadonlyMap<number, string>;
};

export async function readBindingsOf(activityIds: readonly number[], ask: Ask): Promise<BindingsRead> {
  const bound = new Map<number, Element[]>();
  const missing = new Set<number>();
  const refused = new Map<number, string>();
  await Promise.all(
    activityIds.map(async (id) => {
      const read = await ask(bindingsOf(id));
      if (!read.ok && read.code !== 'NOT_FOUND') {
        refused.set(id, read.code);
        return;
      }
      bound.set(id, read.ok ? readBindings(read.result) : []);
      if (!read.ok) missing.add(id);
    }),
  );
  return { bound, missing, refused };
}

/** The first of the codes. */
export const firstRefusal = (refused: ReadonlyMap<number, string>): string | null =>
  refused.values().next().value ?? null;

/**
 * Which bindings of these activities the rules take away; none of one that is not in `bound`. Reads of several jobs that are
 * weighed at the same time share requests, so what is read from elsewhere (the marks) is read last.
 */
export async function decideActivities(
  activities: readonly Activity[],
  bound: ReadonlyMap<number, readonly Element[]>,
  deps: DecideActivitiesDeps,
): Promise<EvaluatedActivity[]> {
  const all = activities.flatMap((activity): Concerned[] => {
    const rules = deps.rules.filter((rule) => concernsActivity(rule, activity));
    return rules.length > 0 ? [{ activity, bindings: bound.get(activity.id) ?? [], rules }] : [];
  });
  const first = await decideAll(all, new Map(), deps);
  const hit = first.filter(({ removals }) => removals.length > 0).map(({ activity }) => activity.id);
  if (hit.length === 0) return [];

  const exemptions = await deps.exemptions.of(deps.portal, hit);
  if (exemptions.size === 0) return first.filter(({ removals }) => removals.length > 0);
  const again = all.filter(({ activity }) => hit.includes(activity.id));
  return (await decideAll(again, withoutOutdated(exemptions, deps), deps)).filter(
    ({ removals }) => removals.length > 0,
  );
}

async function decideAll(
  all: readonly Concerned[],
  exemptions: ReadonlyMap<number, ActivityExemptions>,
  deps: DecideActivitiesDeps,
): Promise<EvaluatedActivity[]> {
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const decisions = all.map((one) => ({
      ...one,
      decision: decide(one, exemptions.get(one.activity.id) ?? NO_EXEMPTIONS, deps),
    }));
    const needed = decisions.flatMap(({ decision }) => (decision.kind === 'needs' ? decision.elements : []));
    if (needed.length === 0) {
      return decisions.map(({ activity, decision }) => ({
        activity,
        removals: decision.kind === 'decided' ? decision.removals : [],
      }));
    }
    await deps.facts.read(needed, deps.ask);
  }
  throw new Error('the facts of an element stay unknown');
}

const decide = (
  { activity, bindings, rules }: Concerned,
  exemptions: ActivityExemptions,
  { facts, now, only }: DecideActivitiesDeps,
): Decision =>
  decideActivity({
    updatedAt: activity.updatedAt,
    bindings,
    rules,
    exemptions,
    factsOf: facts.of,
    now,
    ...(only === undefined ? {} : { only }),
  });

function withoutOutdated(
  exemptions: ReadonlyMap<number, ActivityExemptions>,
  { changedAt }: DecideActivitiesDeps,
): ReadonlyMap<number, ActivityExemptions> {
  if (changedAt === undefined) return exemptions;
  const recent = ({ refused }: ActivityExemptions) => new Map([...refused].filter(([, at]) => at >= changedAt));
  return new Map([...exemptions].map(([id, of]) => [id, { ...of, refused: recent(of) }]));
}
