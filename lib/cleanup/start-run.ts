import type { Clock } from '../clock.ts';
import type { NewJob } from '../jobs/job.ts';
import type { JobStore } from '../jobs/job-store.ts';
import type { OutcomeStore } from '../jobs/outcome-store.ts';
import { type WakeDeps, wakePortal } from '../jobs/wake-portal.ts';
import { MOST_NAMED_OUTCOMES } from './policy.ts';
import type { Rule } from './rules/rule.ts';
import { isOver } from './runs/acquire-run.ts';
import type { PlanStore } from './runs/plan-store.ts';
import type { RunStore } from './runs/run-store.ts';
import { unboundBy } from './undo/undo-status.ts';

export type StartRunDeps = {
  readonly jobs: Pick<JobStore, 'add' | 'read'>;
  readonly plans: Pick<PlanStore, 'read'>;
  readonly runs: RunStore;
  readonly outcomes: Pick<OutcomeStore, 'known' | 'pageOfJob'>;
  readonly wakeDeps: WakeDeps;
  readonly clock: Clock;
  readonly randomId: () => string;
};

/** `problem`: nothing was started. If the worker could not be woken, the schedule wakes it (D§2). */
export type Started<Problem extends string> =
  | { readonly kind: 'started'; readonly run: string; readonly woken: boolean }
  | { readonly kind: 'problem'; readonly problem: Problem };

/**
 * Plans what the portal's rules would remove, and changes nothing. `rules`: the rules to use, enabled or not; absent: all
 * enabled ones.
 */
export async function startPlan(
  portal: string,
  deps: StartRunDeps,
  { rules }: { readonly rules?: readonly Rule[] } = {},
): Promise<Started<never> & { readonly plan: string }> {
  const plan = shortId(deps);
  const task = { kind: 'plan' as const, plan, ...(rules === undefined ? {} : { rules: JSON.stringify(rules) }) };
  return { ...(await start(portal, `plan:${plan}`, task, deps)), plan };
}

/** Removes what the portal's rules match now, without a plan. */
export const startSweep = (portal: string, deps: StartRunDeps): Promise<Started<never>> =>
  start(portal, `sweep:${shortId(deps)}`, { kind: 'sweep' }, deps);

/** `not_ready`: the plan is still being made. `incomplete`: that ended early. `applied`: nothing of it is left to do. */
export async function startApply(
  portal: string,
  planId: string,
  deps: StartRunDeps,
  { incomplete = false }: { readonly incomplete?: boolean } = {},
): Promise<Started<'no_such_plan' | 'not_ready' | 'incomplete' | 'applied'>> {
  const plan = await deps.plans.read(portal, planId);
  if (plan === null) return problem('no_such_plan');
  if (plan.state === 'planning') return problem('not_ready');
  if (plan.state === 'stopped' && !incomplete) return problem('incomplete');
  if (plan.applied.length > 0 && plan.next >= plan.items) return problem('applied');
  return await start(portal, `apply:${planId}:${plan.applied.length + 1}`, { kind: 'apply', plan: planId }, deps);
}

/** Why the removals of a run cannot be undone now; `run` may be any job, also one of a robot or an event. */
export async function undoProblem(
  portal: string,
  run: string,
  deps: Pick<StartRunDeps, 'jobs' | 'outcomes'>,
): Promise<'not_finished' | 'nothing_unbound' | null> {
  if (!(await isOver(portal, run, deps.jobs))) return 'not_finished';
  // A job can outlive its outcomes.
  const isForgotten = (await deps.outcomes.pageOfJob(portal, run, null, 1)).length === 0;
  return isForgotten || (await unboundBy(portal, run, deps)) === 0 ? 'nothing_unbound' : null;
}

/** Binds again what the run (or any other job) has unbound. */
export async function startUndo(
  portal: string,
  run: string,
  deps: StartRunDeps,
): Promise<Started<'not_finished' | 'nothing_unbound'>> {
  const reason = await undoProblem(portal, run, deps);
  if (reason !== null) return problem(reason);
  return await start(portal, `undo:${shortId(deps)}`, { kind: 'undo', run }, deps);
}

/**
 * Binds again what the runs of a plan have unbound and no earlier undo has bound; `id` is the free one from `undoStatus`, so
 * that a plan is undone by one job at a time.
 */
export const startUndoOfPlan = (
  portal: string,
  { id, runs, left }: { readonly id: string; readonly runs: readonly string[]; readonly left: number },
  deps: StartRunDeps,
): Promise<Started<never>> => start(portal, id, { kind: 'undo', runs, total: left }, deps);

export async function startUndoOfOutcomes(
  portal: string,
  ids: readonly string[],
  deps: StartRunDeps,
): Promise<Started<'no_such_outcome' | 'nothing_unbound' | 'too_many'>> {
  if (ids.length > MOST_NAMED_OUTCOMES) return problem('too_many');
  const known = await deps.outcomes.known(portal, ids);
  if (known.size < new Set(ids).size) return problem('no_such_outcome');
  if (![...known.values()].some(({ status }) => status === 'unbound')) return problem('nothing_unbound');
  return await start(portal, `undo:${shortId(deps)}`, { kind: 'undo', outcomes: [...new Set(ids)] }, deps);
}

/**
 * Ends the run after the current request; what it has done stays done, and `startApply` of the same plan resumes where it
 * ended. False: it is already over.
 */
export async function stopRun(
  portal: string,
  run: string,
  { runs, jobs }: Pick<StartRunDeps, 'runs' | 'jobs'>,
): Promise<boolean> {
  if (await isOver(portal, run, jobs)) return false;
  await runs.askToStop(portal, run);
  return true;
}

async function start(portal: string, id: string, task: NewJob['task'], deps: StartRunDeps): Promise<Started<never>> {
  const trigger = task.kind === 'undo' ? 'cli' : 'cleanup';
  await deps.jobs.add({ portal, id, lane: 'sweep', trigger, cause: id, task }, deps.clock.now());
  const woken = await wakePortal(portal, deps.wakeDeps).then(
    () => true,
    () => false,
  );
  return { kind: 'started', run: id, woken };
}

const problem = <Problem extends string>(name: Problem) => ({ kind: 'problem' as const, problem: name });

/** Short enough to type; it has to be unique in its portal only. */
const shortId = ({ randomId }: StartRunDeps): string => randomId().replaceAll('-', '').slice(0, 10);
