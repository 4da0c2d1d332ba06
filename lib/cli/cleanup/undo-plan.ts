import { startUndoOfPlan } from '../../cleanup/start-run.ts';
import { type AppliedPlan, type UndoStatus, undoStatus } from '../../cleanup/undo/undo-status.ts';
import type { Counts } from '../../jobs/job.ts';
import type { Status } from '../../jobs/outcome.ts';
import { followChanges } from '../follow/follow-changes.ts';
import { followRun } from '../follow/follow-run.ts';
import { countUnfulfilled, showUnfulfilled } from '../follow/unfulfilled-outcomes.ts';
import type { CommandContext } from '../shared/command-context.ts';
import { confirmChanges } from '../shared/confirm-changes.ts';
import { EXIT, type ExitCode } from '../terminal/exit-code.ts';
import { countsText } from '../terminal/format.ts';
import type { Out } from '../terminal/output.ts';
import { knownPlan } from './show-plan.ts';
import { startedRun, startRunDeps } from './start-run.ts';

export type UndoPlanArgs = {
  readonly portal: string;
  readonly plan: string;
  readonly yes: boolean;
  /** ms; null: until it is over. */
  readonly wait: number | null;
};

/**
 * Rebinds what is still missing of what all runs of a plan have unbound, in a run of its own. One that is already working is
 * followed, not repeated; what an earlier undo has checked is not checked again.
 */
export async function undoPlan(deps: CommandContext, args: UndoPlanArgs, out: Out): Promise<ExitCode> {
  const { portal, yes } = args;
  const plan = await knownPlan(portal, args.plan, deps, out);
  if (plan === null) return EXIT.notDone;
  const status = await settledStatus(portal, plan, deps, out);
  switch (status.kind) {
    case 'undoing':
      return await follow(status.id, args, deps, out);
    case 'applying':
      out.say(
        `A run of the plan is not over yet. To stop it first: ${out.command(`cleanup stop --portal ${portal} --run ${status.run}`)}`,
      );
      return EXIT.notDone;
    case 'nothing_unbound':
      out.say(`Plan ${plan.id} has not unbound anything, so there is nothing to undo.`);
      return EXIT.notDone;
    case 'completed':
      return await nothingMore(portal, plan, status.by, deps, out);
    case 'missing': {
      const what = `This rebinds what plan ${plan.id} unbound in portal ${portal}`;
      if (!(await confirmChanges({ what, bindings: status.left, yes }, deps, out))) return EXIT.notDone;
      return await follow(startedRun(await startUndoOfPlan(portal, status, startRunDeps(deps)), out), args, deps, out);
    }
  }
}

/** An undo that is about to stop is waited for, so that the next one continues where it ended. */
async function settledStatus(portal: string, plan: AppliedPlan, deps: CommandContext, out: Out): Promise<UndoStatus> {
  const status = await undoStatus(portal, plan, deps.stores);
  if (status.kind !== 'undoing' || !(await deps.stores.runs.isAskedToStop(portal, status.id))) return status;
  await followRun({ portal, run: status.id, label: 'stopping', waitMs: null, interrupt: 'leave' }, deps, out);
  return await undoStatus(portal, plan, deps.stores);
}

async function follow(run: string, { portal, plan, wait }: UndoPlanArgs, deps: CommandContext, out: Out) {
  const following = {
    portal,
    run,
    label: 'undoing',
    waitMs: wait,
    more: { plan },
    resume: `undo --portal ${portal} --plan ${plan}`,
    fine: [],
    afterwards: {
      text: 'These bindings are exempt from rules from now on. To release them',
      command: `rules release --portal ${portal} --run ${run}`,
    },
  };
  return await followChanges(following, deps, out);
}

/** Reports what the earlier undos did. */
async function nothingMore(
  portal: string,
  plan: AppliedPlan,
  undos: readonly string[],
  deps: CommandContext,
  out: Out,
): Promise<ExitCode> {
  const jobs = await Promise.all(undos.map((id) => deps.stores.jobs.read(portal, id)));
  const counts = sumOf(jobs.flatMap((job) => job?.counts ?? []));
  const line = `plan ${plan.id}: nothing left to undo (${countsText(counts)})`;
  out.record({ portal, plan: plan.id, status: 'done', undos, counts }, line);
  if (countUnfulfilled(counts) === 0) return EXIT.done;
  for (const undo of undos) await showUnfulfilled(portal, undo, deps, out);
  for (const run of plan.applied) {
    out.say(`To try again what could not be rebound: ${out.command(`undo --portal ${portal} --run ${run}`)}`);
  }
  return EXIT.notDone;
}

function sumOf(all: readonly Counts[]): Counts {
  const sum: { [status in Status]?: number } = {};
  for (const [status, count] of all.flatMap((counts) => Object.entries(counts))) {
    const name = status as Status; // as its type says
    sum[name] = (sum[name] ?? 0) + count;
  }
  return sum;
}
