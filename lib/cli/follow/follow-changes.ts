import type { Status } from '../../jobs/outcome.ts';
import type { CommandContext } from '../shared/command-context.ts';
import { EXIT, type ExitCode } from '../terminal/exit-code.ts';
import type { Out } from '../terminal/output.ts';
import { type Following, followRun } from './follow-run.ts';
import { reportRun, sayWhyEnded, sayWhyFailed, sayWhyUnfinished } from './run-report.ts';
import { countUnfulfilled, showUnfulfilled } from './unfulfilled-outcomes.ts';

export type FollowingChanges = Pick<Following, 'portal' | 'run' | 'label' | 'waitMs'> & {
  /** Additional fields for the record of the run. */
  readonly more: object;
  /** The command that resumes it after it was stopped. */
  readonly resume: string;
  /** Statuses that do not make the command fail, besides success. */
  readonly fine: readonly Status[];
  /** A hint for when the run is over and has changed something, and its command. */
  readonly afterwards: { readonly text: string; readonly command: string };
};

/** Follows a run that changes bindings and reports the result; done only if everything is as was asked for. */
export async function followChanges(following: FollowingChanges, deps: CommandContext, out: Out): Promise<ExitCode> {
  const { portal, run, more, resume, fine, afterwards } = following;
  const followed = await followRun({ ...following, interrupt: 'stop' }, deps, out);
  const { progress } = followed;
  reportRun(portal, progress, more, out);
  if (countUnfulfilled(progress.counts) > 0) await showUnfulfilled(portal, run, deps, out);
  if (followed.kind === 'unfinished') {
    sayWhyUnfinished(portal, followed, deps, out);
    return EXIT.unfinished;
  }
  sayWhyFailed(portal, progress, out);
  sayWhyEnded(portal, progress, out.command(resume), out);
  const { unbound = 0, bound = 0 } = progress.counts;
  if (unbound + bound > 0) out.say(`${afterwards.text}: ${out.command(afterwards.command)}`);
  const isDone = progress.status === 'finished' && progress.ended === 'completed';
  return isDone && countUnfulfilled(progress.counts, fine) === 0 ? EXIT.done : EXIT.notDone;
}
