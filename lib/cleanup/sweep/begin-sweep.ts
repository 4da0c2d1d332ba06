import { originalId } from '../../jobs/redrive.ts';
import { MOST_PLAN_ITEMS } from '../policy.ts';
import { prepareRule } from '../rules/prepared-rule.ts';
import type { Rule } from '../rules/rule.ts';
import type { Plan, PlanPage, PlanStore } from '../runs/plan-store.ts';
import type { CarriedPlan, Carry, Run, RunStore } from '../runs/run-store.ts';
import type { SweepCheckpoint } from './sweep-checkpoint.ts';
import { queriesOf } from './sweep-queries.ts';
import { decodeState, encodeState, initialState } from './sweep-state.ts';

/** What the job of a sweep asks for. */
export type SweepWork = {
  readonly id: string;
  readonly portal: string;
  /** The plan to make; null: what is found is removed. */
  readonly plan: string | null;
  readonly isScheduled: boolean;
};

export type BeginSweepDeps = {
  readonly runs: Pick<RunStore, 'carry' | 'setCarry' | 'addSeen'>;
  readonly plans: Pick<PlanStore, 'read' | 'page' | 'dropItems'>;
};

/**
 * Where a sweep starts. A scheduled sweep resumes where the one before it stopped, as long as the rules are the same; one that
 * a person starts covers everything. `rules_changed`, `checkpoint_lost`: it should resume a plan that cannot be resumed.
 */
export async function beginSweep(
  work: SweepWork,
  run: Run,
  rules: readonly Rule[],
  deps: BeginSweepDeps,
): Promise<SweepCheckpoint | 'rules_changed' | 'checkpoint_lost'> {
  const { portal, plan, isScheduled } = work;
  const carry = isScheduled ? await deps.runs.carry(portal, plan === null ? 'sweep' : 'plan') : null;
  const carried = carry?.rules === run.rules ? carry : null;
  if (plan === null) return carried === null ? initialCheckpoint(run, rules) : checkpointIn(carried);

  if (carried?.plan?.id === plan && isTakenBy(carried.plan, work.id))
    return await takeUpPlan(carried, carried.plan, work, deps);
  const before = await deps.plans.read(portal, plan);
  if (before === null) return initialCheckpoint(run, rules);
  if (!wasMadeBy(before, work.id)) return before.rules === run.rules ? 'checkpoint_lost' : 'rules_changed';
  await deps.plans.dropItems(portal, plan, 0);
  return initialCheckpoint(run, rules);
}

const isTakenBy = ({ by }: CarriedPlan, id: string): boolean => by === null || originalId(by) === originalId(id);

/** The same job may make its plan anew, unless some of the plan was applied already: then it stays as it was shown. */
const wasMadeBy = ({ id: plan, applied }: Plan, id: string): boolean =>
  originalId(id) === `plan:${plan}` && applied.length === 0;

function checkpointIn({ rules, state, plan }: Carry): SweepCheckpoint {
  return { state: decodeState(state), rules, byRule: plan?.byRule ?? {}, heldBack: null, refusal: plan?.code ?? null };
}

function initialCheckpoint(run: Run, rules: readonly Rule[]): SweepCheckpoint {
  const queries = queriesOf(rules.map((rule) => prepareRule(rule, run.since)));
  return { state: initialState(queries.length, run.id), rules: run.rules, byRule: {}, heldBack: null, refusal: null };
}

/**
 * Resumes a plan at the carried checkpoint. A run that was given up after it may have added items and noted activities as
 * seen: those items are dropped and found again, and only the activities of the items that are kept count as seen. The carry
 * is written last, so that a crash before it repeats everything.
 */
async function takeUpPlan(
  carry: Carry,
  made: CarriedPlan,
  { id, portal }: SweepWork,
  { runs, plans }: BeginSweepDeps,
): Promise<SweepCheckpoint> {
  const isAgain = made.by !== null && made.by !== id;
  const checkpoint = checkpointIn(carry);
  const state = isAgain ? { ...checkpoint.state, seenAs: id } : checkpoint.state;
  await plans.dropItems(portal, made.id, state.plannedCount);
  for (let from: number | null = isAgain ? 0 : null; from !== null; ) {
    const { items, next }: PlanPage = await plans.page(portal, made.id, from, MOST_PLAN_ITEMS);
    await runs.addSeen(portal, id, [...new Set(items.map(({ activityId }) => activityId))]);
    from = next;
  }
  await runs.setCarry(portal, 'plan', { ...carry, state: encodeState(state), plan: { ...made, by: id } });
  return { ...checkpoint, state };
}
