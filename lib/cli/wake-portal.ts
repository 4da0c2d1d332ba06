import { ring } from '../unbind/ring.ts';
import type { CommandMeans } from './command-means.ts';

/**
 * Lets a stopped portal be served again, at once (D§3). Rings even if a bell seems to be pending: whoever does this wants
 * work to go on now, and that bell may have been heard while the portal was paused, or be lost. One too many is harmless.
 */
export async function wakePortal(portal: string, { stores, clock }: CommandMeans): Promise<void> {
  await stores.portals.setStop(portal, null);
  await stores.portals.clearRung(portal);
  await ring(portal, { portals: stores.portals, bells: stores.bells, clock });
}
