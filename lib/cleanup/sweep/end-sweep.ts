import type { JobStore } from '../../jobs/job-store.ts';
import { NOTHING_LEFT, type Planned } from '../../jobs/planner.ts';
import type { RuleMeans } from '../events/rule-dependencies.ts';
import type { Rule } from '../rules/rule.ts';
import { closeRun, type HeldRun } from '../runs/acquire-run.ts';
import type { PlanStore } from '../runs/plan-store.ts';
import { codeOfEnd } from '../runs/run-end-codes.ts';
import type { RunEnd, RunStore } from '../runs/run-store.ts';
import type { SweepWork } from './begin-sweep.ts';
import { leftOf, leftUndone, type SweepPlace } from './sweep-checkpoint.ts';
import { encodeState, isThrough } from './sweep-state.ts';

export type SweepPlannerMeans = RuleMeans & {
  readonly runs: RunStore;
  readonly plans: PlanStore;
  readonly jobs: Pick<JobStore, 'read'>;
};

/** One turn of a run that sweeps. */
export type SweepTurn = SweepWork & {
  readonly run: HeldRun;
  readonly rules: readonly Rule[];
  readonly place: SweepPlace;
  readonly means: SweepPlannerMeans;
};

/** `early`: why it ends although there may be more. What came too late to keep the run from anything is no reason. */
export async function endSweep(turn: SweepTurn, early: RunEnd = 'time_is_up'): Promise<Planned> {
  const { portal, run, plan, place, means } = turn;
  const { state, refusal } = place;
  const isAll = leftOf(place) === null && state.decided.length === 0 && isThrough(state);
  const why = isAll ? (refusal === null ? 'through' : 'unreadable') : early;
  if (plan !== null) await writePlan(turn, plan, why);
  await leaveToNext(turn, why);
  await closeRun(portal, { ...run, why, code: refusal }, means);
  return { ...NOTHING_LEFT, code: codeOfEnd(why) ?? refusal };
}

/** The schedule goes on with what its own runs have left; a run of a person's that was through leaves nothing to do. */
async function leaveToNext({ portal, plan, isScheduled, place, means: { runs } }: SweepTurn, why: RunEnd) {
  const isAll = why === 'through' || why === 'unreadable';
  if (!isScheduled && (plan !== null || !isAll)) return;
  const { rules, byRule, refusal } = place;
  if (plan === null) {
    // Who stops a run of the schedule does not want it to go over the same again for ever.
    const left = why === 'stopped' ? leftUndone(place) : leftOf(place);
    await runs.setCarry(portal, 'sweep', left === null ? null : { rules, state: encodeState(left) });
  } else {
    const left = leftOf(place);
    const carried = { id: plan, byRule, code: refusal, by: null };
    // Who stops a plan does not want more of it.
    const isLeft = left !== null && why === 'time_is_up';
    await runs.setCarry(portal, 'plan', isLeft ? { rules, state: encodeState(left), plan: carried } : null);
  }
}

/** `why`: it is over; null: it is being made. What is gone on with keeps its beginning, and what was applied of it. */
export async function writePlan(turn: SweepTurn, id: string, why: RunEnd | null): Promise<void> {
  const { portal, run, place, means } = turn;
  const { weighedCount, plannedCount, sparedCount, extent } = place.state;
  const before = await means.plans.read(portal, id);
  const { createdAt = run.since, applied = [], done = 0, next = 0 } = before ?? {};
  await means.plans.write(portal, {
    id,
    run: run.id,
    state: why === null ? 'planning' : why === 'through' ? 'ready' : 'stopped',
    ended: why === null || why === 'through' ? null : why,
    code: place.refusal,
    createdAt,
    rules: run.rules,
    share: why === 'through' || why === 'unreadable' ? 1 : extent.share,
    weighed: weighedCount,
    items: plannedCount,
    spared: sparedCount,
    byRule: place.byRule,
    applied,
    done,
    next,
  });
}
