import { writtenRules } from '../rules/written-rules.ts';
import type { CommandContext } from '../shared/command-context.ts';
import { knownPortal } from '../shared/known-portal.ts';
import { EXIT, type ExitCode } from '../terminal/exit-code.ts';
import { counted } from '../terminal/format.ts';
import type { Out } from '../terminal/output.ts';
import { waitingJobs } from './portal-list.ts';

/**
 * The row goes first: a portal without a row is not served, and one that is called no more needs no grant. What an
 * installation has brought and is not confirmed goes too, so that it does not bring the portal back.
 */
export async function portalRemove(deps: CommandContext, portal: string, out: Out): Promise<ExitCode> {
  const { portals, grants, pendingGrants } = deps.stores;
  const kept = await pendingGrants.read(portal);
  if (kept === null && (await knownPortal(portal, deps, out)) === null) return EXIT.notDone;
  const waiting = await waitingJobs(portal, deps);
  const rules = await ownRules(portal, deps);

  await portals.remove(portal);
  await grants.remove(portal);
  await pendingGrants.remove(portal);

  out.record({ portal, status: 'removed', waitingJobs: waiting, rules }, `removed ${portal}`);
  if (rules > 0) out.say(`Its rules are gone as well (${counted(rules, 'rule')}); set them anew if it is added again.`);
  if (waiting > 0) {
    out.say(`What waits is kept (${counted(waiting, 'unfinished job')}), and goes on if the portal is added again.`);
  }
  out.say(`The records of what was done are kept: ${out.command(`outcomes --portal ${portal}`)}`);
  return EXIT.done;
}

async function ownRules(portal: string, { stores }: CommandContext): Promise<number> {
  const { rules, own } = await writtenRules(portal, stores.portals);
  return own ? rules.length : 0;
}
