import { startSweep } from '../../cleanup/runs/start-run.ts';
import { followChanges } from '../follow/follow-changes.ts';
import { plannedRules } from '../rules/select-rules.ts';
import type { CommandContext } from '../shared/command-context.ts';
import { confirmChanges } from '../shared/confirm-changes.ts';
import { knownPortal } from '../shared/known-portal.ts';
import { EXIT, type ExitCode } from '../terminal/exit-code.ts';
import type { Out } from '../terminal/output.ts';
import { begun, startRunDeps } from './start-run.ts';

export type CleanupSweepArgs = { readonly portal: string; readonly yes?: boolean; readonly wait?: number };

/** What the schedule does, now: removes whatever the enabled rules match, without a plan. */
export async function cleanupSweep(deps: CommandContext, args: CleanupSweepArgs, out: Out): Promise<ExitCode> {
  const { portal, yes = false, wait = null } = args;
  if ((await knownPortal(portal, deps, out)) === null) return EXIT.notDone;
  const choice = await plannedRules(portal, [], deps, out);
  if (choice.kind === 'problem') {
    out.say(choice.text);
    return EXIT.notDone;
  }
  const names = choice.rules.map(({ name }) => name).join(', ');
  const what = `This unbinds at once whatever the rules of portal ${portal} match (${names}); "cleanup plan" shows it first`;
  if (!(await confirmChanges({ what, bindings: null, yes }, deps, out))) return EXIT.notDone;
  const run = begun(await startSweep(portal, startRunDeps(deps)), out);
  const following = {
    portal,
    run,
    label: 'sweeping',
    waitMs: wait,
    more: {},
    goOn: `cleanup sweep --portal ${portal}`,
    fine: [],
    afterwards: { text: 'To take it back', command: `undo --portal ${portal} --run ${run}` },
  };
  return await followChanges(following, deps, out);
}
