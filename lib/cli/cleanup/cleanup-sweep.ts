import { startSweep } from '../../cleanup/start-run.ts';
import { followChanges } from '../follow/follow-changes.ts';
import { selectRules } from '../rules/select-rules.ts';
import type { CommandContext } from '../shared/command-context.ts';
import { confirmChanges } from '../shared/confirm-changes.ts';
import { knownPortal } from '../shared/known-portal.ts';
import { EXIT, type ExitCode } from '../terminal/exit-code.ts';
import type { Out } from '../terminal/output.ts';
import { startedRun, startRunDeps } from './start-run.ts';

export type CleanupSweepArgs = { readonly portal: string; readonly yes?: boolean; readonly wait?: number };

/** Does now what the schedule does: removes whatever the enabled rules match, without a plan. */
export async function cleanupSweep(deps: CommandContext, args: CleanupSweepArgs, out: Out): Promise<ExitCode> {
  const { portal, yes = false, wait = null } = args;
  if ((await knownPortal(portal, deps, out)) === null) return EXIT.notDone;
  const selection = await selectRules(portal, [], deps, out);
  if (selection.kind === 'problem') {
    out.say(selection.text);
    return EXIT.notDone;
  }
  const names = selection.rules.map(({ name }) => name).join(', ');
  const plan = out.command(`cleanup plan --portal ${portal}`);
  const what = `This unbinds at once whatever the rules of portal ${portal} match (${names}); to see it first: ${plan}`;
  if (!(await confirmChanges({ what, bindings: null, yes }, deps, out))) return EXIT.notDone;
  const run = startedRun(await startSweep(portal, startRunDeps(deps)), out);
  const following = {
    portal,
    run,
    label: 'sweeping',
    waitMs: wait,
    more: {},
    resume: `cleanup sweep --portal ${portal}`,
    fine: [],
    afterwards: { text: 'To undo it', command: `undo --portal ${portal} --run ${run}` },
  };
  return await followChanges(following, deps, out);
}
