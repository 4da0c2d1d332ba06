import type { PortalState } from '../../portal/portal-store.ts';
import { MOST_NAMES } from '../policy.ts';
import type { Out } from '../terminal/output.ts';
import type { CommandContext } from './command-context.ts';

/** The portal's row; null, with a message, when there is no such portal. */
export async function knownPortal(portal: string, { stores }: CommandContext, out: Out): Promise<PortalState | null> {
  const state = await stores.portals.read(portal);
  if (state !== null) return state;

  const names: string[] = [];
  for await (const { portal: name } of stores.portals.list()) {
    if (names.length < MOST_NAMES) names.push(name);
  }
  out.say(
    names.length === 0
      ? `There is no portal ${portal} here; there are none at all. Add one: ${out.command('portal add --webhook URL')}`
      : `There is no portal ${portal} here. Known portals: ${names.join(', ')}`,
  );
  return null;
}
