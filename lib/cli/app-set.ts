import { ring } from '../unbind/ring.ts';
import type { CommandMeans } from './command-means.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import type { Out } from './out.ts';

/** Reasons to stop a portal that other credentials of the application may end. */
const ABOUT_APP = new Set(['APP_CREDENTIALS_MISSING', 'INVALID_CLIENT', 'WRONG_CLIENT']);

/** The secret comes by the standard input only: arguments are seen by everybody on the machine. */
export async function appSet(means: CommandMeans, { clientId }: { clientId: string }, out: Out): Promise<ExitCode> {
  const clientSecret = (await means.read('-')).trim();
  if (clientSecret === '') {
    out.say(
      'The standard input is empty. Pass the client secret: printf %s "$SECRET" | … app set --client-secret-stdin',
    );
    return EXIT.usage;
  }
  await means.stores.grants.writeApp({ clientId, clientSecret });
  const restarted = await restartPortals(means);

  out.record({ clientId, status: 'stored', restarted }, `stored the credentials of ${clientId}`);
  if (restarted.length > 0) out.say(`Restarted: ${restarted.join(', ')}`);
  return EXIT.done;
}

async function restartPortals({ stores, clock }: CommandMeans): Promise<string[]> {
  const restarted: string[] = [];
  for await (const { portal, stop } of stores.portals.list()) {
    if (stop === null || !ABOUT_APP.has(stop.code.toUpperCase())) continue;
    await stores.portals.setStop(portal, null);
    await ring(portal, { portals: stores.portals, bells: stores.bells, clock });
    restarted.push(portal);
  }
  return restarted;
}
