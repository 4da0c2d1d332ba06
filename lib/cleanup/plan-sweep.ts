import type { JobStore } from '../unbind/job-store.ts';
import { NOTHING_LEFT, type Planned, type Planner } from '../unbind/planner.ts';
import { closeRun, type HeldRun, holdRun } from './hold-run.ts';
import { prepareRule } from './matches.ts';
import type { PlanStore } from './plan-store.ts';
import { removalStep } from './removal-step.ts';
import type { Rule } from './rule.ts';
import type { RuleMeans } from './rule-means.ts';
import type { RunEnd, RunStore } from './run-store.ts';
import { Sweeper } from './sweep.ts';
import { passesOf } from './sweep-passes.ts';
import { advanced, cursorOf, drained, placeOf, type SweepPlace } from './sweep-place.ts';
import { decodeState, encodeState, initialState, isThrough, type SweepState } from './sweep-state.ts';

export type SweepPlannerMeans = RuleMeans & {
  readonly runs: RunStore;
  readonly plans: PlanStore;
  readonly jobs: Pick<JobStore, 'read'>;
};

/** Why a run ended before it was through: a person said so, or its schedule gives it no more time. */
export const STOPPED = 'STOPPED';
export const TIME_IS_UP = 'TIME_IS_UP';
/** The rules of a sweep are not wanted any more as they were when it began. */
export const RULES_CHANGED = 'RULES_CHANGED';

/** One turn of a run that sweeps. */
type Turn = {
  readonly portal: string;
  readonly run: HeldRun;
  readonly rules: readonly Rule[];
  /** The plan that is to be made; null: what is found is removed. */
  readonly plan: string | null;
  readonly place: SweepPlace;
  readonly problem: string | null;
  readonly means: SweepPlannerMeans;
};

/** A sweep that removes what it finds, or one that only plans it: the same way through the portal. */
export function planSweep(means: SweepPlannerMeans): Planner {
  const sweeper = new Sweeper();
  return async (job, ask) => {
    const { task, portal, cursor } = job;
    if (task.kind !== 'sweep' && task.kind !== 'plan') return NOTHING_LEFT;
    const named = task.kind === 'plan' ? task.rules : undefined;
    const wanted = named ?? JSON.stringify(await means.rulesOf(portal));
    const run = await holdRun(job, async () => wanted, means);
    const rules = JSON.parse(run.rules) as Rule[]; // written by holdRun
    const plan = task.kind === 'plan' ? task.plan : null;
    const place = placeOf(cursor, run.rules) ?? (await firstPlace(portal, run, rules, plan, means.runs));

    const timeIsUp = task.until !== undefined && means.clock.now() >= task.until;
    const turn = { portal, run, rules, plan, place: timeIsUp ? drained(place) : place, problem: null, means };
    if (run.stopping) return await endRun({ ...turn, problem: STOPPED });
    // A plan shows by which rules it was made; a sweep must not go on with rules that somebody has changed.
    if (plan === null && run.rules !== wanted) return await endRun({ ...turn, problem: RULES_CHANGED });
    const { state, problem } = await sweeper.sweep(turn.place.state, { ...means, portal, rules, ask });
    const swept = { ...turn, place: advanced(turn.place, state), problem };
    return plan === null ? await removed(swept) : await planned(swept, plan);
  };
}

/** A sweep whose time was up is gone on with, as long as the rules are the same. */
async function firstPlace(portal: string, run: HeldRun, rules: readonly Rule[], plan: string | null, runs: RunStore) {
  const carry = plan === null ? await runs.carry(portal) : null;
  const passes = passesOf(rules.map((rule) => prepareRule(rule, run.since)));
  const state: SweepState =
    carry !== null && carry.rules === run.rules ? decodeState(carry.state) : initialState(passes.length, run.id);
  return { state, rules: run.rules, byRule: {}, held: null };
}

async function removed(turn: Turn): Promise<Planned> {
  const { place, problem } = turn;
  const { decided } = place.state;
  if (decided.length === 0 && isThrough(place.state)) return await endRun(turn);

  const after = (done: number) => cursorOf({ ...place, state: { ...place.state, decided: decided.slice(done) } });
  return {
    steps: decided.map(({ activityId, element, rule }, index) => {
      const step = removalStep(activityId, { element, rule: turn.rules[rule]?.name ?? '' }, {});
      // The place as a text is needed for the last step that fits only.
      return Object.defineProperty({ ...step }, 'cursor', { get: () => after(index + 1), enumerable: true });
    }),
    cursor: after(decided.length),
    code: problem,
  };
}

/** What was found goes into the plan, page by page; a page that is made again replaces itself. */
async function planned(turn: Turn, plan: string): Promise<Planned> {
  const { portal, rules, place, problem, means } = turn;
  const { decided, plannedCount } = place.state;
  const items = decided.map(({ activityId, element, rule }) => ({
    activityId,
    element,
    rule: rules[rule]?.name ?? '',
  }));
  if (items.length > 0) await means.plans.addItems(portal, plan, plannedCount, items);

  const byRule = { ...place.byRule };
  for (const { rule } of items) byRule[rule] = (byRule[rule] ?? 0) + 1;
  const next = { ...place, byRule, state: { ...place.state, decided: [], plannedCount: plannedCount + items.length } };
  if (isThrough(next.state)) return await endRun({ ...turn, place: next });
  await writePlan({ ...turn, place: next }, plan, 'planning');
  return { steps: [], cursor: cursorOf(next), code: problem };
}

async function endRun(turn: Turn): Promise<Planned> {
  const { portal, run, plan, place, means } = turn;
  // What is held back without anything in it is no place to go on at: the next run would be through at once.
  const left = place.held === null || isThrough(place.held) ? null : place.held;
  const why = whyOver(turn, left !== null);
  if (plan !== null) await writePlan(turn, plan, why === 'through' ? 'ready' : 'stopped');
  else await means.runs.setCarry(portal, left === null ? null : { rules: run.rules, state: encodeState(left) });
  await closeRun(portal, { ...run, why }, means);
  const isError = turn.problem !== STOPPED && turn.problem !== RULES_CHANGED;
  return { ...NOTHING_LEFT, code: (isError ? turn.problem : null) ?? END_CODES[why] ?? null };
}

const END_CODES: { readonly [why in RunEnd]?: string } = {
  stopped: STOPPED,
  time_is_up: TIME_IS_UP,
  rules_changed: RULES_CHANGED,
};

/** What came too late to keep the run from anything is no reason. */
function whyOver({ place: { state }, problem }: Turn, isLeft: boolean): RunEnd {
  if (!isLeft && state.decided.length === 0 && isThrough(state)) return 'through';
  if (problem === STOPPED) return 'stopped';
  return problem === RULES_CHANGED ? 'rules_changed' : 'time_is_up';
}

async function writePlan({ portal, run, place, means }: Turn, id: string, state: 'planning' | 'ready' | 'stopped') {
  const { weighedCount, plannedCount, extent } = place.state;
  await means.plans.write(portal, {
    id,
    state,
    createdAt: run.since,
    rules: run.rules,
    share: state === 'ready' ? 1 : extent.share,
    weighed: weighedCount,
    items: plannedCount,
    byRule: place.byRule,
    applied: [],
    done: 0,
  });
}
