import { type Confirmation, confirmPendingGrants } from '../../installation/confirm-pending-grants.ts';
import { grantDeps } from '../../runtime/grant-deps.ts';
import { portalAdvice } from '../shared/advice.ts';
import type { CommandContext } from '../shared/command-context.ts';
import { EXIT, type ExitCode } from '../terminal/exit-code.ts';
import type { Out } from '../terminal/output.ts';
import { wakePortal } from './wake-portal.ts';

/** Reasons to stop a portal that other credentials of the application may end. */
const ABOUT_APP = new Set(['APP_CREDENTIALS_MISSING', 'INVALID_CLIENT', 'WRONG_CLIENT']);

/**
 * Stores the application's credentials, and confirms with them what installations have brought meanwhile (D§4). The secret
 * comes by the standard input only: arguments are seen by everybody on the machine.
 */
export async function appSet(deps: CommandContext, { clientId }: { clientId: string }, out: Out): Promise<ExitCode> {
  const clientSecret = (await deps.read('-')).trim();
  if (clientSecret === '') {
    out.say(
      'The standard input is empty. Pass the client secret: printf %s "$SECRET" | … app set --client-secret-stdin',
    );
    return EXIT.usage;
  }
  await deps.stores.grants.writeApp({ clientId, clientSecret });
  const restarted = await restartPortals(deps);

  out.record({ clientId, status: 'stored', restarted }, `stored the credentials of ${clientId}`);
  if (restarted.length > 0) out.say(`Restarted: ${restarted.join(', ')}`);
  return await confirmPending(deps, out);
}

async function restartPortals(deps: CommandContext): Promise<string[]> {
  const restarted: string[] = [];
  for await (const { portal, stop } of deps.stores.portals.list()) {
    if (stop === null || !ABOUT_APP.has(stop.code.toUpperCase())) continue;
    await wakePortal(portal, deps);
    restarted.push(portal);
  }
  return restarted;
}

/** What somebody else has sent to the address of the installation is no failure of this command. */
async function confirmPending(deps: CommandContext, out: Out): Promise<ExitCode> {
  let exit: ExitCode = EXIT.done;
  for await (const confirmation of confirmPendingGrants(grantDeps(deps))) {
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
