import type { Status } from '../../jobs/outcome.ts';
import type { CommandContext } from '../shared/command-context.ts';
import { EXIT, type ExitCode } from '../terminal/exit-code.ts';
import type { Out } from '../terminal/output.ts';
import { type Following, followRun } from './follow-run.ts';
import { reportRun, sayWhyEnded, sayWhyFailed, sayWhyUnfinished } from './run-report.ts';
import { showUnmet, unmetCount } from './unfulfilled-outcomes.ts';

export type FollowingChanges = Pick<Following, 'portal' | 'run' | 'label' | 'waitMs'> & {
  /** What the record of the run says besides. */
  readonly more: object;
  /** The command that goes on with it after it was stopped. */
  readonly goOn: string;
  /** What is no failure of the command, besides success. */
  readonly fine: readonly Status[];
  /** Said when all is over and something was changed, and the command for that. */
  readonly afterwards: { readonly text: string; readonly command: string };
};

/** Follows a run that changes bindings, and tells what came of it; done only if everything is as was asked for. */
export async function followChanges(following: FollowingChanges, deps: CommandContext, out: Out): Promise<ExitCode> {
  const { portal, run, more, goOn, fine, afterwards } = following;
  const followed = await followRun({ ...following, interrupt: 'stop' }, deps, out);
  const { progress } = followed;
  reportRun(portal, progress, more, out);
  if (unmetCount(progress.counts) > 0) await showUnmet(portal, run, deps, out);
  if (followed.kind === 'unfinished') {
    sayWhyUnfinished(portal, followed, deps, out);
    return EXIT.unfinished;
  }
  sayWhyFailed(portal, progress, out);
  sayWhyEnded(progress, out.command(goOn), out);
  const { unbound = 0, bound = 0 } = progress.counts;
  if (unbound + bound > 0) out.say(`${afterwards.text}: ${out.command(afterwards.command)}`);
  const isDone = progress.status === 'finished' && progress.ended === 'completed';
  return isDone && unmetCount(progress.counts, fine) === 0 ? EXIT.done : EXIT.notDone;
}
