import type { Activity } from '../../bitrix24/crm/activity.ts';
import { bindingsOf, readBindings } from '../../bitrix24/crm/bindings.ts';
import type { Element } from '../../bitrix24/crm/element.ts';
import type { Ask } from '../../jobs/planner.ts';
import { MOST_FACT_READS } from '../policy.ts';
import { type Decision, decideActivity, type Removal } from './decide-activity.ts';
import { type ActivityExemptions, type ExemptionStore, NO_EXEMPTIONS } from './exemption-store.ts';
import type { KnownFacts } from './known-facts.ts';
import { concernsActivity, type PreparedRule } from './prepared-rule.ts';

export type DecideActivitiesDeps = {
  readonly portal: string;
  readonly ask: Ask;
  readonly rules: readonly PreparedRule[];
  readonly facts: KnownFacts;
  readonly exemptions: ExemptionStore;
  /** ms */
  readonly now: number;
  /** Only the binding to this element may be removed. */
  readonly only?: Element;
  /** Refusals before this time (ms) no longer count: the element has changed since. */
  readonly changedAt?: number;
};

export type EvaluatedActivity = { readonly activity: Activity; readonly removals: readonly Removal[] };

/** An activity, its bindings and the rules whose conditions it meets itself. */
type Concerned = {
  readonly activity: Activity;
  readonly bindings: readonly Element[];
  readonly rules: readonly PreparedRule[];
};

export type BindingsRead = {
  /** What each activity is bound to; nothing if it no longer exists. */
  readonly bound: ReadonlyMap<number, Element[]>;
  readonly missing: ReadonlySet<number>;
  /** Activities whose bindings Bitrix24 refused to tell, with its code. */
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

export const firstRefusal = (refused: ReadonlyMap<number, string>): string | null =>
  refused.values().next().value ?? null;

/**
 * Which bindings of these activities the rules remove; none of an activity that is not in `bound`. The exemptions are read
 * last, as they come from a table: jobs that are planned at the same time should reach their reads from the portal together,
 * so that these share requests.
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
  const affected = first.filter(({ removals }) => removals.length > 0).map(({ activity }) => activity.id);
  if (affected.length === 0) return [];

  const exemptions = await deps.exemptions.of(deps.portal, affected);
  if (exemptions.size === 0) return first.filter(({ removals }) => removals.length > 0);
  const again = all.filter(({ activity }) => affected.includes(activity.id));
  return (await decideAll(again, withoutOutdated(exemptions, deps), deps)).filter(
    ({ removals }) => removals.length > 0,
  );
}

async function decideAll(
  all: readonly Concerned[],
  exemptions: ReadonlyMap<number, ActivityExemptions>,
  deps: DecideActivitiesDeps,
): Promise<EvaluatedActivity[]> {
  for (let read = 0; read < MOST_FACT_READS; read++) {
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
  throw new Error('the facts of an element are still unknown after reading them');
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
