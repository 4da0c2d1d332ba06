import { ringAnew } from '../../jobs/wake-portal.ts';
import type { CommandMeans } from '../shared/command-context.ts';

/** Lets a stopped or resting portal be served again, at once (D§3): whoever does this wants work to go on now. */
export async function wakePortal(portal: string, { stores, clock }: CommandMeans): Promise<void> {
  await stores.portals.setStop(portal, null);
  await ringAnew(portal, { portals: stores.portals, bells: stores.bells, clock });
}
