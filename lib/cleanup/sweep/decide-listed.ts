import type { Element } from '../../bitrix24/crm/element.ts';
import { type Decision, decideActivity } from '../rules/decide-activity.ts';
import { type ActivityExemptions, type ExemptionStore, NO_EXEMPTIONS } from '../rules/exemption-store.ts';
import type { KnownFacts } from '../rules/known-facts.ts';
import type { PreparedRule } from '../rules/prepared-rule.ts';
import type { Decided, Listed } from './sweep-state.ts';

export type DecideListedDeps = {
  readonly portal: string;
  readonly rules: readonly PreparedRule[];
  readonly facts: KnownFacts;
  readonly exemptions: ExemptionStore;
  /** ms */
  readonly now: number;
  /** After this many removals the other activities wait. */
  readonly most: number;
};

export type ListedDecisions = {
  /** Those that still wait, for facts or because there are enough removals. */
  readonly listed: readonly Listed[];
  /** The elements whose facts they wait for. */
  readonly needed: readonly Element[];
  readonly decided: readonly Decided[];
  readonly evaluated: readonly number[];
  /** How many more removals there would be if nothing were exempt or had been refused. */
  readonly exempt: number;
};

/** Decides those activities whose facts are all known. */
export async function decideListed(listed: readonly Listed[], deps: DecideListedDeps): Promise<ListedDecisions> {
  const first = listed.map((one) => ({ one, decision: decide(one, NO_EXEMPTIONS, deps) }));
  const affected = first.filter(({ decision }) => decision.kind === 'decided' && decision.removals.length > 0);
  const exemptions = await deps.exemptions.of(
    deps.portal,
    affected.map(({ one }) => one.id),
  );
  const last = first.map(({ one, decision }) => {
    const own = exemptions.get(one.id);
    return own === undefined ? { one, decision } : { one, decision: decide(one, own, deps), wanted: decision };
  });
  let room = deps.most;
  const decidedNow = last.filter(({ decision }) => {
    if (decision.kind !== 'decided' || (room <= 0 && decision.removals.length > 0)) return false;
    room -= decision.removals.length;
    return true;
  });
  const ids = new Set(decidedNow.map(({ one }) => one.id));
  return {
    listed: listed.filter(({ id }) => !ids.has(id)),
    needed: last.flatMap(({ decision }) => (decision.kind === 'needs' ? decision.elements : [])),
    decided: decidedNow.flatMap(({ one, decision }) => decidedOf(one, decision, deps.rules)),
    evaluated: [...ids],
    exempt: decidedNow.reduce(
      (sum, { decision, wanted = decision }) => sum + removalsIn(wanted) - removalsIn(decision),
      0,
    ),
  };
}

const removalsIn = (decision: Decision): number => (decision.kind === 'decided' ? decision.removals.length : 0);

function decide(
  { updatedAt, bindings, rules: numbers }: Listed,
  exemptions: ActivityExemptions,
  { rules, facts, now }: DecideListedDeps,
) {
  const own = numbers.flatMap((number) => rules[number] ?? []);
  return decideActivity({ updatedAt, bindings, rules: own, exemptions, factsOf: facts.of, now });
}

function decidedOf({ id }: Listed, decision: Decision, rules: readonly PreparedRule[]): Decided[] {
  if (decision.kind !== 'decided') return [];
  return decision.removals.map(({ element, rule }) => ({
    activityId: id,
    element,
    rule: rules.findIndex((prepared) => prepared.rule.name === rule),
  }));
}
