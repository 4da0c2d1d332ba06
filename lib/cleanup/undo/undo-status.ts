import type { JobStore } from '../../jobs/job-store.ts';
import type { OutcomeStore } from '../../jobs/outcome-store.ts';
import { OUTCOMES_PER_READ } from '../policy.ts';
import { isOver } from '../runs/acquire-run.ts';
import type { Plan } from '../runs/plan-store.ts';
import type { RunStore } from '../runs/run-store.ts';

export type UndoStatusDeps = {
  readonly jobs: Pick<JobStore, 'read'>;
  readonly outcomes: Pick<OutcomeStore, 'pageOfJob'>;
  readonly runs: Pick<RunStore, 'undone'>;
};

export type AppliedPlan = Pick<Plan, 'id' | 'applied'>;

/** How far the runs of a plan are undone. */
export type UndoStatus =
  /** An undo of the plan waits or is running. */
  | { readonly kind: 'undoing'; readonly id: string }
  /** One of its runs is not over. */
  | { readonly kind: 'applying'; readonly run: string }
  | { readonly kind: 'nothing_unbound' }
  /** `left` removals of `runs` are not undone; `id` is free for an undo of them. */
  | { readonly kind: 'missing'; readonly id: string; readonly runs: readonly string[]; readonly left: number }
  /** Everything was looked at, by these undos. */
  | { readonly kind: 'completed'; readonly by: readonly string[] };

export async function undoStatus(portal: string, plan: AppliedPlan, deps: UndoStatusDeps): Promise<UndoStatus> {
  const undo = await latestUndo(portal, plan, deps);
  if (undo.isRunning) return { kind: 'undoing', id: undo.id };
  // The next run of the plan may still wait, and is in no list then.
  for (const run of [...plan.applied, `apply:${plan.id}:${plan.applied.length + 1}`]) {
    if (!(await isOver(portal, run, deps.jobs))) return { kind: 'applying', run };
  }
  const runs = await Promise.all(plan.applied.map((run) => statusOf(portal, run, deps)));
  const unbound = runs.filter((run) => run.unbound > 0);
  if (unbound.length === 0) return { kind: 'nothing_unbound' };
  const missing = unbound.filter(({ left }) => left > 0);
  if (missing.length === 0) return { kind: 'completed', by: [...new Set(unbound.flatMap(({ by }) => by))] };
  const left = missing.reduce((sum, run) => sum + run.left, 0);
  return { kind: 'missing', id: undo.id, runs: missing.map(({ run }) => run), left };
}

/** The undos of a plan are numbered, as the runs that apply it are. */
async function latestUndo(portal: string, plan: AppliedPlan, { jobs }: UndoStatusDeps) {
  for (let number = 1; ; number += 1) {
    const id = `undo:${plan.id}:${number}`;
    const job = await jobs.read(portal, id);
    if (job === null) return { id, isRunning: false };
    if (!(await isOver(portal, id, jobs))) return { id, isRunning: true };
  }
}

async function statusOf(portal: string, run: string, deps: UndoStatusDeps) {
  const [unbound, undone] = await Promise.all([unboundBy(portal, run, deps), deps.runs.undone(portal, run)]);
  // The counts may differ when it is completed: two runs can have unbound the same binding.
  const left = undone?.completed === true ? 0 : Math.max(0, unbound - (undone?.count ?? 0));
  return { run, unbound, left, by: undone?.by ?? [] };
}

/** How many bindings a job has removed: by its own count, or by its outcomes if these outlive it. */
export async function unboundBy(
  portal: string,
  run: string,
  { jobs, outcomes }: Pick<UndoStatusDeps, 'jobs' | 'outcomes'>,
): Promise<number> {
  const job = await jobs.read(portal, run);
  if (job !== null) return job.counts.unbound ?? 0;
  let count = 0;
  for (let after: string | null = null; ; ) {
    const page = await outcomes.pageOfJob(portal, run, after, OUTCOMES_PER_READ);
    count += page.filter(({ status }) => status === 'unbound').length;
    const last = page.at(-1);
    if (last === undefined) return count;
    after = last.id;
  }
}
