import type { JobStore } from '../../jobs/job-store.ts';
import { NOTHING_LEFT, type Planned } from '../../jobs/planner.ts';
import type { RuleDeps } from '../rules/portal-rules.ts';
import type { Rule } from '../rules/rule.ts';
import { type AcquiredRun, closeRun } from '../runs/acquire-run.ts';
import type { PlanStore } from '../runs/plan-store.ts';
import { codeOfEnd } from '../runs/run-end-codes.ts';
import type { RunEnd, RunStore } from '../runs/run-store.ts';
import type { SweepWork } from './begin-sweep.ts';
import { heldBackState, type SweepCheckpoint, unfinishedState } from './sweep-checkpoint.ts';
import { encodeState, isCompleted } from './sweep-state.ts';

export type SweepPlannerDeps = RuleDeps & {
  readonly runs: RunStore;
  readonly plans: PlanStore;
  readonly jobs: Pick<JobStore, 'read'>;
};

/** Everything that one planning of a sweep needs. */
export type SweepContext = SweepWork & {
  readonly run: AcquiredRun;
  readonly rules: readonly Rule[];
  readonly checkpoint: SweepCheckpoint;
  readonly deps: SweepPlannerDeps;
};

/** Ends the run. `early`: why it ends although there may be more; ignored if nothing is left after all. */
export async function endSweep(context: SweepContext, early: RunEnd = 'time_limit'): Promise<Planned> {
  const { portal, run, plan, checkpoint, deps } = context;
  const { state, refusal } = checkpoint;
  const isAll = heldBackState(checkpoint) === null && state.decided.length === 0 && isCompleted(state);
  const why = isAll ? (refusal === null ? 'completed' : 'unreadable') : early;
  if (plan !== null) await writePlan(context, plan, why);
  await storeCarry(context, why);
  await closeRun(portal, { ...run, why, code: refusal }, deps);
  return { ...NOTHING_LEFT, code: codeOfEnd(why) ?? refusal };
}

/** The schedule resumes what its own runs have left. A sweep by a person that covered everything leaves nothing to resume. */
async function storeCarry({ portal, plan, isScheduled, checkpoint, deps: { runs } }: SweepContext, why: RunEnd) {
  const isAll = why === 'completed' || why === 'unreadable';
  if (!isScheduled && (plan !== null || !isAll)) return;
  const { rules, byRule, refusal } = checkpoint;
  if (plan === null) {
    // A scheduled sweep that is stopped keeps its position, or every night would start over.
    const left = why === 'stopped' ? unfinishedState(checkpoint) : heldBackState(checkpoint);
    await runs.setCarry(portal, 'sweep', left === null ? null : { rules, state: encodeState(left) });
  } else {
    const left = heldBackState(checkpoint);
    const carried = { id: plan, byRule, code: refusal, by: null };
    // A plan that a person stops is not resumed.
    const isLeft = left !== null && why === 'time_limit';
    await runs.setCarry(portal, 'plan', isLeft ? { rules, state: encodeState(left), plan: carried } : null);
  }
}

/** `why`: the plan is over; null: it is being made. A resumed plan keeps its creation time and what was applied of it. */
export async function writePlan(context: SweepContext, id: string, why: RunEnd | null): Promise<void> {
  const { portal, run, checkpoint, deps } = context;
  const { evaluatedCount, plannedCount, exemptCount, volume } = checkpoint.state;
  const before = await deps.plans.read(portal, id);
  const { createdAt = run.since, applied = [], done = 0, next = 0 } = before ?? {};
  await deps.plans.write(portal, {
    id,
    run: run.id,
    state: why === null ? 'planning' : why === 'completed' ? 'ready' : 'stopped',
    ended: why === null || why === 'completed' ? null : why,
    code: checkpoint.refusal,
    createdAt,
    rules: run.rules,
    share: why === 'completed' || why === 'unreadable' ? 1 : volume.progress,
    weighed: evaluatedCount,
    items: plannedCount,
    spared: exemptCount,
    byRule: checkpoint.byRule,
    applied,
    done,
    next,
  });
}
