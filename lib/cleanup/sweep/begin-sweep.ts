import { prepareRule } from '../rules/matches.ts';
import type { Rule } from '../rules/rule.ts';
import type { Plan, PlanPage, PlanStore } from '../runs/plan-store.ts';
import type { CarriedPlan, Carry, Run, RunStore } from '../runs/run-store.ts';
import type { SweepPlace } from './sweep-checkpoint.ts';
import { passesOf } from './sweep-queries.ts';
import { decodeState, encodeState, initialState } from './sweep-state.ts';

/** What a job asks for. */
export type SweepWork = {
  readonly id: string;
  readonly portal: string;
  /** The plan that is to be made; null: what is found is removed. */
  readonly plan: string | null;
  readonly isScheduled: boolean;
};

export type BeginMeans = {
  readonly runs: Pick<RunStore, 'carry' | 'setCarry' | 'addSeen'>;
  readonly plans: Pick<PlanStore, 'read' | 'page' | 'dropItems'>;
};

const ITEMS_AT_ONCE = 1_000;

/**
 * A run of the schedule goes on where another one has left off, as long as the rules are the same; what a person starts looks
 * at everything. `rules_changed`, `place_gone`: it was to go on with a plan that is not to be gone on with any more.
 */
export async function beginSweep(
  work: SweepWork,
  run: Run,
  rules: readonly Rule[],
  means: BeginMeans,
): Promise<SweepPlace | 'rules_changed' | 'place_gone'> {
  const { portal, plan, isScheduled } = work;
  const carry = isScheduled ? await means.runs.carry(portal, plan === null ? 'sweep' : 'plan') : null;
  const carried = carry?.rules === run.rules ? carry : null;
  if (plan === null) return carried === null ? firstPlace(run, rules) : placeIn(carried);

  if (carried?.plan?.id === plan && isTakenBy(carried.plan, work.id))
    return await takenUp(carried, carried.plan, work, means);
  const before = await means.plans.read(portal, plan);
  if (before === null) return firstPlace(run, rules);
  if (!isMadeBy(before, work.id)) return before.rules === run.rules ? 'place_gone' : 'rules_changed';
  await means.plans.dropItems(portal, plan, 0);
  return firstPlace(run, rules);
}

const isTakenBy = ({ by }: CarriedPlan, id: string): boolean => by === null || firstTry(by) === firstTry(id);

/** What was applied of a plan stays as it was shown. */
const isMadeBy = ({ id: plan, applied }: Plan, id: string): boolean =>
  firstTry(id) === `plan:${plan}` && applied.length === 0;

/** A job that failed is driven again under a name of its own, as often as somebody likes. */
const firstTry = (id: string): string => id.replace(/^(redrive:)+/, '');

function placeIn({ rules, state, plan }: Carry): SweepPlace {
  return { state: decodeState(state), rules, byRule: plan?.byRule ?? {}, held: null, refusal: plan?.code ?? null };
}

function firstPlace(run: Run, rules: readonly Rule[]): SweepPlace {
  const passes = passesOf(rules.map((rule) => prepareRule(rule, run.since)));
  return { state: initialState(passes.length, run.id), rules: run.rules, byRule: {}, held: null, refusal: null };
}

/**
 * A run that was given up behind the place has found and seen more: that is found again, on other pages, and nothing is seen
 * but what the plan holds up to here. The carry comes last: a crash before it repeats all.
 */
async function takenUp(
  carry: Carry,
  made: CarriedPlan,
  { id, portal }: SweepWork,
  { runs, plans }: BeginMeans,
): Promise<SweepPlace> {
  const isAgain = made.by !== null && made.by !== id;
  const place = placeIn(carry);
  const state = isAgain ? { ...place.state, seenAs: id } : place.state;
  await plans.dropItems(portal, made.id, state.plannedCount);
  for (let from: number | null = isAgain ? 0 : null; from !== null; ) {
    const { items, next }: PlanPage = await plans.page(portal, made.id, from, ITEMS_AT_ONCE);
    await runs.addSeen(portal, id, [...new Set(items.map(({ activityId }) => activityId))]);
    from = next;
  }
  await runs.setCarry(portal, 'plan', { ...carry, state: encodeState(state), plan: { ...made, by: id } });
  return { ...place, state };
}
