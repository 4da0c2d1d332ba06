import { startUndoOfPlan } from '../../cleanup/runs/start-run.ts';
import { type AppliedPlan, type UndoStanding, undoStanding } from '../../cleanup/undo/undo-status.ts';
import type { Counts } from '../../jobs/job.ts';
import type { Status } from '../../jobs/outcome.ts';
import { followChanges } from '../follow/follow-changes.ts';
import { followRun } from '../follow/follow-run.ts';
import { showUnmet, unmetCount } from '../follow/unfulfilled-outcomes.ts';
import type { CommandMeans } from '../shared/command-context.ts';
import { mayChange } from '../shared/confirm-changes.ts';
import { EXIT, type ExitCode } from '../terminal/exit-code.ts';
import { countsText } from '../terminal/format.ts';
import type { Out } from '../terminal/output.ts';
import { knownPlan } from './show-plan.ts';
import { begun, startMeans } from './start-run.ts';

export type UndoPlanArgs = {
  readonly portal: string;
  readonly plan: string;
  readonly yes: boolean;
  /** ms; null: until it is through. */
  readonly wait: number | null;
};

/**
 * Binds again what is missing of what all runs of a plan have unbound, in one run of its own. One that is under way is
 * followed, not repeated; what an earlier one has looked at is not looked at again.
 */
export async function undoPlan(means: CommandMeans, args: UndoPlanArgs, out: Out): Promise<ExitCode> {
  const { portal, yes } = args;
  const plan = await knownPlan(portal, args.plan, means, out);
  if (plan === null) return EXIT.notDone;
  const standing = await settledStanding(portal, plan, means, out);
  switch (standing.kind) {
    case 'undoing':
      return await follow(standing.id, args, means, out);
    case 'applying':
      out.say(
        `A run of the plan is not over yet. Stop it first: ${out.command(`cleanup stop --portal ${portal} --run ${standing.run}`)}`,
      );
      return EXIT.notDone;
    case 'nothing_unbound':
      out.say(`Nothing was unbound by plan ${plan.id}, so there is nothing to bind again.`);
      return EXIT.notDone;
    case 'through':
      return await nothingMore(portal, plan, standing.by, means, out);
    case 'missing': {
      const what = `This binds again what plan ${plan.id} unbound in portal ${portal}`;
      if (!(await mayChange({ what, bindings: standing.left, yes }, means, out))) return EXIT.notDone;
      return await follow(begun(await startUndoOfPlan(portal, standing, startMeans(means)), out), args, means, out);
    }
  }
}

/** An undo that is about to stop is waited for, so that the next one goes on behind it. */
async function settledStanding(
  portal: string,
  plan: AppliedPlan,
  means: CommandMeans,
  out: Out,
): Promise<UndoStanding> {
  const standing = await undoStanding(portal, plan, means.stores);
  if (standing.kind !== 'undoing' || !(await means.stores.runs.isAskedToStop(portal, standing.id))) return standing;
  await followRun({ portal, run: standing.id, label: 'stopping', waitMs: null, interrupt: 'leave' }, means, out);
  return await undoStanding(portal, plan, means.stores);
}

async function follow(run: string, { portal, plan, wait }: UndoPlanArgs, means: CommandMeans, out: Out) {
  const following = {
    portal,
    run,
    label: 'undoing',
    waitMs: wait,
    more: { plan },
    goOn: `undo --portal ${portal} --plan ${plan}`,
    fine: [],
    afterwards: {
      text: 'Rules leave these bindings alone from now on. To end that',
      command: `rules release --portal ${portal} --run ${run}`,
    },
  };
  return await followChanges(following, means, out);
}

/** Says what came of it, as the undos know. */
async function nothingMore(
  portal: string,
  plan: AppliedPlan,
  undos: readonly string[],
  means: CommandMeans,
  out: Out,
): Promise<ExitCode> {
  const jobs = await Promise.all(undos.map((id) => means.stores.jobs.read(portal, id)));
  const counts = sumOf(jobs.flatMap((job) => job?.counts ?? []));
  const line = `plan ${plan.id}: nothing of it is left to bind again (${countsText(counts)})`;
  out.record({ portal, plan: plan.id, status: 'done', undos, counts }, line);
  if (unmetCount(counts) === 0) return EXIT.done;
  for (const undo of undos) await showUnmet(portal, undo, means, out);
  const runs = plan.applied.map((run) => `--run ${run}`).join(', or ');
  out.say(
    `To try again what could not be bound, go through a run once more: ${out.command(`undo --portal ${portal} ${runs}`)}`,
  );
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
