import { isOver } from '../../cleanup/runs/acquire-run.ts';
import { startApply } from '../../cleanup/runs/start-run.ts';
import { followChanges } from '../follow/follow-changes.ts';
import { followRun } from '../follow/follow-run.ts';
import type { CommandContext } from '../shared/command-context.ts';
import { confirmChanges } from '../shared/confirm-changes.ts';
import { knownPortal } from '../shared/known-portal.ts';
import { EXIT, type ExitCode } from '../terminal/exit-code.ts';
import type { Out } from '../terminal/output.ts';
import type { PlanStatus } from './plan-status.ts';
import { reasonAgainstApplying } from './plan-status-text.ts';
import { knownPlan } from './show-plan.ts';
import { begun, startRunDeps } from './start-run.ts';

export type CleanupApplyArgs = {
  readonly portal: string;
  readonly plan: string;
  readonly yes?: boolean;
  /** Also if the plan is not complete. */
  readonly incomplete?: boolean;
  /** ms; absent: until it is through. */
  readonly wait?: number;
};

/** Does exactly what a plan says, as far as it still holds (D§6). A run of it that is under way is followed, not repeated. */
export async function cleanupApply(deps: CommandContext, args: CleanupApplyArgs, out: Out): Promise<ExitCode> {
  const { portal, incomplete = false, yes = false } = args;
  if ((await knownPortal(portal, deps, out)) === null) return EXIT.notDone;
  const plan = await knownPlan(portal, args.plan, deps, out);
  if (plan === null) return EXIT.notDone;
  const under = await runUnderWay(portal, plan, deps, out);
  if (under !== null) return await follow(under, args, deps, out);

  const isWanted = incomplete && plan.state === 'stopped' && plan.ended !== 'given_up';
  const refusal = isWanted ? null : reasonAgainstApplying(portal, plan, out);
  if (refusal !== null) {
    out.say(refusal);
    return EXIT.notDone;
  }
  const bindings = plan.items - plan.done;
  if (bindings <= 0) {
    out.record({ portal, plan: plan.id, status: 'done' }, `plan ${plan.id}: nothing of it is left to do`);
    return EXIT.done;
  }
  const what = `Applying plan ${plan.id} unbinds what it lists in portal ${portal}`;
  if (!(await confirmChanges({ what, bindings, yes }, deps, out))) return EXIT.notDone;

  const started = await startApply(portal, plan.id, startRunDeps(deps), { incomplete });
  if (started.kind === 'problem') {
    out.say(
      `The plan was changed meanwhile (${started.problem}). Look at it: ${out.command(`cleanup show ${plan.id} --portal ${portal}`)}`,
    );
    return EXIT.notDone;
  }
  return await follow(begun(started, out), args, deps, out);
}

/** Its last run may wait, work, or be about to stop: the latter is waited for, so that the next one can go on. */
async function runUnderWay(portal: string, plan: PlanStatus, deps: CommandContext, out: Out): Promise<string | null> {
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
    goOn: `cleanup apply --portal ${portal} --plan ${plan}`,
    // The portal has changed since the plan was made, and what no longer holds is left alone: that is what was asked for.
    fine: ['skipped'] as const,
    afterwards: { text: 'To take it back', command: `undo --portal ${portal} --plan ${plan}` },
  };
  return followChanges(following, deps, out);
}
