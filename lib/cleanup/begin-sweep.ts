import { prepareRule } from './matches.ts';
import type { Rule } from './rule.ts';
import type { Run, RunStore } from './run-store.ts';
import { passesOf } from './sweep-passes.ts';
import type { SweepPlace } from './sweep-place.ts';
import { decodeState, initialState } from './sweep-state.ts';

/** What a job asks for. */
export type SweepWork = {
  readonly id: string;
  readonly portal: string;
  /** The plan that is to be made; null: what is found is removed. */
  readonly plan: string | null;
  readonly isScheduled: boolean;
};

/**
 * A run of the schedule goes on where the time of another one was up, as long as the rules are the same; what a person starts
 * looks at everything. null: it was to go on with a plan that is not to be gone on with any more.
 */
export async function beginSweep(
  { id, portal, plan, isScheduled }: SweepWork,
  run: Run,
  rules: readonly Rule[],
  runs: RunStore,
): Promise<SweepPlace | null> {
  const kind = plan === null ? 'sweep' : 'plan';
  const carry = isScheduled ? await runs.carry(portal, kind) : null;
  const isNew = plan === null || id === `plan:${plan}`;
  const carried = carry?.rules === run.rules ? carry : null;
  const { plan: made } = carried ?? {};
  if (carried !== null && (plan === null || (made?.id === plan && (made.by ?? id) === id))) {
    if (made !== undefined) await runs.setCarry(portal, kind, { ...carried, plan: { ...made, by: id } });
    const state = decodeState(carried.state);
    return { state, rules: run.rules, byRule: made?.byRule ?? {}, held: null, refusal: made?.code ?? null };
  }
  if (!isNew) return null;
  const passes = passesOf(rules.map((rule) => prepareRule(rule, run.since)));
  return { state: initialState(passes.length, run.id), rules: run.rules, byRule: {}, held: null, refusal: null };
}
