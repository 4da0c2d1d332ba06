import { wakePortalNow } from '../../jobs/wake-portal.ts';
import type { CommandContext } from '../shared/command-context.ts';

/** Lets a stopped or resting portal be served again, at once (D§3): whoever does this wants work to go on now. */
export async function wakePortal(portal: string, { stores, clock }: CommandContext): Promise<void> {
  await stores.portals.setStop(portal, null);
  await wakePortalNow(portal, { portals: stores.portals, wakeUps: stores.wakeUps, clock });
}
