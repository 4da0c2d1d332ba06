import { isOver } from '../../cleanup/runs/acquire-run.ts';
import { startApply } from '../../cleanup/start-run.ts';
import { followChanges } from '../follow/follow-changes.ts';
import { followRun } from '../follow/follow-run.ts';
import type { CommandContext } from '../shared/command-context.ts';
import { confirmChanges } from '../shared/confirm-changes.ts';
import { knownPortal } from '../shared/known-portal.ts';
import { EXIT, type ExitCode } from '../terminal/exit-code.ts';
import type { Out } from '../terminal/output.ts';
import { type PlanStatus, reasonAgainstApplying } from './plan-status.ts';
import { knownPlan } from './show-plan.ts';
import { startedRun, startRunDeps } from './start-run.ts';

export type CleanupApplyArgs = {
  readonly portal: string;
  readonly plan: string;
  readonly yes?: boolean;
  /** Apply the plan even if it is not complete. */
  readonly incomplete?: boolean;
  /** ms; absent: until it is over. */
  readonly wait?: number;
};

/** Does exactly what a plan says, as far as it still holds (D§6). A run of it that is already working is followed, not repeated. */
export async function cleanupApply(deps: CommandContext, args: CleanupApplyArgs, out: Out): Promise<ExitCode> {
  const { portal, incomplete = false, yes = false } = args;
  if ((await knownPortal(portal, deps, out)) === null) return EXIT.notDone;
  const plan = await knownPlan(portal, args.plan, deps, out);
  if (plan === null) return EXIT.notDone;
  const current = await currentRun(portal, plan, deps, out);
  if (current !== null) return await follow(current, args, deps, out);

  const isAccepted = incomplete && plan.state === 'stopped' && plan.ended !== 'given_up';
  const refusal = isAccepted ? null : reasonAgainstApplying(portal, plan, out);
  if (refusal !== null) {
    out.say(refusal);
    return EXIT.notDone;
  }
  const bindings = plan.items - plan.done;
  if (bindings <= 0) {
    out.record({ portal, plan: plan.id, status: 'done' }, `plan ${plan.id}: nothing left to do`);
    return EXIT.done;
  }
  const what = `Applying plan ${plan.id} unbinds what it lists in portal ${portal}`;
  if (!(await confirmChanges({ what, bindings, yes }, deps, out))) return EXIT.notDone;

  const started = await startApply(portal, plan.id, startRunDeps(deps), { incomplete });
  if (started.kind === 'problem') {
    out.say(
      `The plan has changed in the meantime (${started.problem}). To look at it: ${out.command(`cleanup show ${plan.id} --portal ${portal}`)}`,
    );
    return EXIT.notDone;
  }
  return await follow(startedRun(started, out), args, deps, out);
}

/** The last run may wait, work, or be about to stop; a stopping one is waited for, so that the next run can take over. */
async function currentRun(portal: string, plan: PlanStatus, deps: CommandContext, out: Out): Promise<string | null> {
  const { jobs, runs } = deps.stores;
  const count = plan.applied.length;
  for (const run of [`apply:${plan.id}:${count + 1}`, `apply:${plan.id}:${count}`]) {
    if (await isOver(portal, run, jobs)) continue;
    if (!(await runs.isAskedToStop(portal, run))) return run;
    await followRun({ portal, run, label: 'stopping', waitMs: null, interrupt: 'leave' }, deps, out);
  }
  return null;
}

function follow(run: string, { portal, plan, wait }: CleanupApplyArgs, deps: CommandContext, out: Out) {
  const following = {
    portal,
    run,
    label: 'applying',
    waitMs: wait ?? null,
    more: { plan },
    resume: `cleanup apply --portal ${portal} --plan ${plan}`,
    // What has changed in the portal since the plan was made is left alone: that is what was asked for.
    fine: ['skipped'] as const,
    afterwards: { text: 'To undo it', command: `undo --portal ${portal} --plan ${plan}` },
  };
  return followChanges(following, deps, out);
}
