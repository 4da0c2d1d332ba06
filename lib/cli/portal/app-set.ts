import { type Confirmation, confirmInstalls } from '../../installation/confirm-installs.ts';
import { grantMeans } from '../../runtime/grant-deps.ts';
import { portalAdvice } from '../shared/advice.ts';
import type { CommandMeans } from '../shared/command-context.ts';
import { EXIT, type ExitCode } from '../terminal/exit-code.ts';
import type { Out } from '../terminal/output.ts';
import { wakePortal } from './wake-portal.ts';

/** Reasons to stop a portal that other credentials of the application may end. */
const ABOUT_APP = new Set(['APP_CREDENTIALS_MISSING', 'INVALID_CLIENT', 'WRONG_CLIENT']);

/**
 * Stores the application's credentials, and confirms with them what installations have brought meanwhile (D§4). The secret
 * comes by the standard input only: arguments are seen by everybody on the machine.
 */
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
  return await confirmKept(means, out);
}

async function restartPortals(means: CommandMeans): Promise<string[]> {
  const restarted: string[] = [];
  for await (const { portal, stop } of means.stores.portals.list()) {
    if (stop === null || !ABOUT_APP.has(stop.code.toUpperCase())) continue;
    await wakePortal(portal, means);
    restarted.push(portal);
  }
  return restarted;
}

/** What somebody else has sent to the address of the installation is no failure of this command. */
async function confirmKept(means: CommandMeans, out: Out): Promise<ExitCode> {
  let exit: ExitCode = EXIT.done;
  for await (const confirmation of confirmInstalls(grantMeans(means))) {
    const { portal, status, code } = confirmation;
    out.record(confirmation, `${portal}: ${LINES[status]}${code === null ? '' : `: ${code}`}`);
    if (code !== null) out.say(`${portal}: ${adviceOn(confirmation)}`);
    if (status === 'waiting' || ABOUT_APP.has(code ?? '')) exit = EXIT.notDone;
  }
  return exit;
}

const LINES: { readonly [status in Confirmation['status']]: string } = {
  confirmed: 'installation confirmed',
  refused: 'installation not confirmed',
  waiting: 'installation still to be confirmed',
};

function adviceOn({ status, code }: Confirmation): string {
  if (status === 'waiting') return 'the schedule tries again within minutes; or repeat this command';
  if (code === 'CLIENT_ID_MISMATCH') {
    return 'it is an installation of another application: set the client id and secret of the one it shall be';
  }
  return portalAdvice(code ?? '');
}
