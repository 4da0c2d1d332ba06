import { writtenRules } from '../rules/written-rules.ts';
import type { CommandContext } from '../shared/command-context.ts';
import { knownPortal } from '../shared/known-portal.ts';
import { EXIT, type ExitCode } from '../terminal/exit-code.ts';
import { counted } from '../terminal/format.ts';
import type { Out } from '../terminal/output.ts';
import { waitingJobs } from './portal-list.ts';

/**
 * The row is removed first: a portal without a row is not served, and so needs no grant. A pending grant is removed too: its
 * confirmation would bring the portal back.
 */
export async function portalRemove(deps: CommandContext, portal: string, out: Out): Promise<ExitCode> {
  const { portals, grants, pendingGrants } = deps.stores;
  const pending = await pendingGrants.read(portal);
  if (pending === null && (await knownPortal(portal, deps, out)) === null) return EXIT.notDone;
  const waiting = await waitingJobs(portal, deps);
  const rules = await ownRules(portal, deps);

  await portals.remove(portal);
  await grants.remove(portal);
  await pendingGrants.remove(portal);

  out.record({ portal, status: 'removed', waitingJobs: waiting, rules }, `removed ${portal}`);
  if (rules > 0)
    out.say(`Its rules were removed as well (${counted(rules, 'rule')}); set them again if the portal is added again.`);
  if (waiting > 0) {
    out.say(`${counted(waiting, 'unfinished job')} will continue if the portal is added again.`);
  }
  out.say(`The records of what was done are kept. To see them: ${out.command(`outcomes --portal ${portal}`)}`);
  return EXIT.done;
}

async function ownRules(portal: string, { stores }: CommandContext): Promise<number> {
  const { rules, own } = await writtenRules(portal, stores.portals);
  return own ? rules.length : 0;
}
