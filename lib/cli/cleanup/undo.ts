import { type Started, startUndo, startUndoOfOutcomes, undoProblem } from '../../cleanup/runs/start-run.ts';
import { unboundBy } from '../../cleanup/undo/undo-status.ts';
import { followChanges } from '../follow/follow-changes.ts';
import type { CommandContext } from '../shared/command-context.ts';
import { confirmChanges } from '../shared/confirm-changes.ts';
import { knownPortal } from '../shared/known-portal.ts';
import { EXIT, type ExitCode } from '../terminal/exit-code.ts';
import type { Out } from '../terminal/output.ts';
import { begun, startRunDeps } from './start-run.ts';
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
  /** ms; absent: until it is through. */
  readonly wait?: number;
};

type Problem = 'not_finished' | 'nothing_unbound' | 'no_such_outcome' | 'too_many';

/** Binds again what was unbound, says what cannot be bound any more, and keeps rules from undoing it (D§6). */
export async function undo(deps: CommandContext, args: UndoArgs, out: Out): Promise<ExitCode> {
  const { portal, run, plan, outcome = [], yes = false, wait = null } = args;
  if ((await knownPortal(portal, deps, out)) === null) return EXIT.notDone;
  if (plan !== undefined) return await undoPlan(deps, { portal, plan, yes, wait }, out);

  const early = run === undefined ? null : await undoProblem(portal, run, deps.stores);
  if (early !== null) {
    out.say(problemText(early, args, out));
    return EXIT.notDone;
  }
  const what = `This binds again what ${run ?? 'the outcomes'} unbound in portal ${portal}`;
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
  const undone = begun(started, out);
  const named = run === undefined ? outcome.map((id) => `--outcome ${id}`).join(' ') : `--run ${run}`;
  const following = {
    portal,
    run: undone,
    label: 'undoing',
    waitMs: wait,
    more: run === undefined ? { of: outcome } : { of: run },
    goOn: `undo --portal ${portal} ${named}`,
    fine: [],
    afterwards: {
      text: 'Rules leave these bindings alone from now on. To end that',
      command: `rules release --portal ${portal} --run ${undone}`,
    },
  };
  return await followChanges(following, deps, out);
}

function problemText(problem: Problem, { portal, run }: UndoArgs, out: Out): string {
  const look = `${out.command(`outcomes --portal ${portal} --status unbound --json`)} shows the ids of outcomes; before the first / is the run`;
  switch (problem) {
    case 'not_finished':
      return `The run is not over yet. Stop it first: ${out.command(`cleanup stop --portal ${portal} --run ${run}`)}`;
    case 'nothing_unbound':
      return `Nothing was unbound there, so there is nothing to bind again. ${look}`;
    case 'no_such_outcome':
      return `There is no such outcome, or no longer. ${look}`;
    case 'too_many':
      return 'These are too many outcomes for one command: at most 100, or a whole run with --run';
  }
}
