import { type Started, startUndo, startUndoOfOutcomes, undoProblem } from '../../cleanup/start-run.ts';
import { unboundBy } from '../../cleanup/undo/undo-status.ts';
import { followChanges } from '../follow/follow-changes.ts';
import type { CommandContext } from '../shared/command-context.ts';
import { confirmChanges } from '../shared/confirm-changes.ts';
import { knownPortal } from '../shared/known-portal.ts';
import { EXIT, type ExitCode } from '../terminal/exit-code.ts';
import { quoted } from '../terminal/invocation.ts';
import type { Out } from '../terminal/output.ts';
import { startedRun, startRunDeps } from './start-run.ts';
import { undoPlan } from './undo-plan.ts';

export type UndoArgs = {
  readonly portal: string;
  /** Either the id of a run or of any other job … */
  readonly run?: string;
  /** … or those of outcomes. */
  readonly outcome?: readonly string[];
  /** … or a plan's: what all runs that applied it have unbound. */
  readonly plan?: string;
  readonly yes?: boolean;
  /** ms; absent: until it is over. */
  readonly wait?: number;
};

type Problem = 'not_finished' | 'nothing_unbound' | 'no_such_outcome' | 'too_many';

/** Rebinds what was unbound, reports what can no longer be bound, and keeps rules from removing it again (D§6). */
export async function undo(deps: CommandContext, args: UndoArgs, out: Out): Promise<ExitCode> {
  const { portal, run, plan, outcome = [], yes = false, wait = null } = args;
  if ((await knownPortal(portal, deps, out)) === null) return EXIT.notDone;
  if (plan !== undefined) return await undoPlan(deps, { portal, plan, yes, wait }, out);

  const early = run === undefined ? null : await undoProblem(portal, run, deps.stores);
  if (early !== null) {
    out.say(problemText(early, args, out));
    return EXIT.notDone;
  }
  const what = `This rebinds what ${run ?? 'the outcomes'} unbound in portal ${portal}`;
  const bindings = run === undefined ? outcome.length : await unboundBy(portal, run, deps.stores);
  if (!(await confirmChanges({ what, bindings, yes }, deps, out))) return EXIT.notDone;

  const started: Started<Problem> =
    run === undefined
      ? await startUndoOfOutcomes(portal, outcome, startRunDeps(deps))
      : await startUndo(portal, run, startRunDeps(deps));
  if (started.kind === 'problem') {
    out.say(problemText(started.problem, args, out));
    return EXIT.notDone;
  }
  return await follow(startedRun(started, out), args, deps, out);
}

function follow(undoRun: string, args: UndoArgs, deps: CommandContext, out: Out): Promise<ExitCode> {
  const { portal, run, outcome = [], wait = null } = args;
  const undone = run === undefined ? outcome.map((id) => `--outcome ${quoted(id)}`).join(' ') : `--run ${run}`;
  const following = {
    portal,
    run: undoRun,
    label: 'undoing',
    waitMs: wait,
    more: { of: run ?? outcome },
    resume: `undo --portal ${portal} ${undone}`,
    fine: [],
    afterwards: {
      text: 'These bindings are exempt from rules from now on. To release them',
      command: `rules release --portal ${portal} --run ${undoRun}`,
    },
  };
  return followChanges(following, deps, out);
}

function problemText(problem: Problem, { portal, run }: UndoArgs, out: Out): string {
  const outcomes = out.command(`outcomes --portal ${portal} --status unbound --json`);
  const ids = `To see the ids of outcomes (the part before the first / is the run): ${outcomes}`;
  switch (problem) {
    case 'not_finished':
      return `The run is not over yet. To stop it first: ${out.command(`cleanup stop --portal ${portal} --run ${run}`)}`;
    case 'nothing_unbound':
      return `Nothing was unbound there, so there is nothing to undo. ${ids}`;
    case 'no_such_outcome':
      return `There is no such outcome, or no longer. ${ids}`;
    case 'too_many':
      return 'Too many outcomes for one command: pass at most 100, or undo a whole run with --run';
  }
}
