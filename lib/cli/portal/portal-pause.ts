import type { CommandContext } from '../shared/command-context.ts';
import { knownPortal } from '../shared/known-portal.ts';
import { EXIT, type ExitCode } from '../terminal/exit-code.ts';
import type { Out } from '../terminal/output.ts';
import { restartPortal } from './restart-portal.ts';

/** Stops serving a portal on the operator's order: jobs are still accepted, and wait. */
export async function portalPause(deps: CommandContext, portal: string, out: Out): Promise<ExitCode> {
  if ((await knownPortal(portal, deps, out)) === null) return EXIT.notDone;
  await deps.stores.portals.setPaused(portal, true);
  out.record({ portal, state: 'paused' }, `paused ${portal}`);
  return EXIT.done;
}

/** Also restarts a portal that was stopped (D§3). */
export async function portalResume(deps: CommandContext, portal: string, out: Out): Promise<ExitCode> {
  if ((await knownPortal(portal, deps, out)) === null) return EXIT.notDone;
  await deps.stores.portals.setPaused(portal, false);
  await restartPortal(portal, deps);
  out.record({ portal, state: 'active' }, `resumed ${portal}`);
  return EXIT.done;
}
