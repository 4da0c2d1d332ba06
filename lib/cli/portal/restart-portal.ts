import { wakePortalNow } from '../../jobs/wake-portal.ts';
import type { CommandContext } from '../shared/command-context.ts';

/** Serves a stopped or resting portal again at once (D§3): whoever asks for this wants work to continue now. */
export async function restartPortal(portal: string, { stores, clock }: CommandContext): Promise<void> {
  await stores.portals.setStop(portal, null);
  await wakePortalNow(portal, { portals: stores.portals, wakeUps: stores.wakeUps, clock });
}
