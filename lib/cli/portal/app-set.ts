import { type Confirmation, confirmPendingGrants } from '../../installation/confirm-pending-grants.ts';
import { grantDeps } from '../../runtime/grant-deps.ts';
import { portalAdvice } from '../shared/advice.ts';
import type { CommandContext } from '../shared/command-context.ts';
import { EXIT, type ExitCode } from '../terminal/exit-code.ts';
import { quoted } from '../terminal/invocation.ts';
import type { Out } from '../terminal/output.ts';
import { restartPortal } from './restart-portal.ts';

/** Reasons for a stopped portal that new credentials of the application may remove. */
const ABOUT_APP = new Set(['APP_CREDENTIALS_MISSING', 'INVALID_CLIENT', 'WRONG_CLIENT']);

/**
 * Stores the application's credentials, and confirms pending installations with them (D§4). The secret is read from the
 * standard input only: everybody on the machine can see arguments.
 */
export async function appSet(deps: CommandContext, { clientId }: { clientId: string }, out: Out): Promise<ExitCode> {
  const clientSecret = (await deps.read('-')).trim();
  if (clientSecret === '') {
    const command = out.command(`app set --client-id ${quoted(clientId)} --client-secret-stdin`);
    out.say(`The standard input is empty. Pass the client secret: printf %s "$SECRET" | ${command}`);
    return EXIT.usage;
  }
  await deps.stores.grants.writeApp({ clientId, clientSecret });
  const restarted = await restartPortals(deps);

  out.record({ clientId, status: 'stored', restarted }, `stored the credentials of ${clientId}`);
  if (restarted.length > 0) out.say(`Restarted: ${restarted.join(', ')}`);
  return await confirmPending(clientId, deps, out);
}

async function restartPortals(deps: CommandContext): Promise<string[]> {
  const restarted: string[] = [];
  for await (const { portal, stop } of deps.stores.portals.list()) {
    if (stop === null || !ABOUT_APP.has(stop.code.toUpperCase())) continue;
    await restartPortal(portal, deps);
    restarted.push(portal);
  }
  return restarted;
}

/** A forged installation that somebody has sent does not make this command fail. */
async function confirmPending(clientId: string, deps: CommandContext, out: Out): Promise<ExitCode> {
  let exit: ExitCode = EXIT.done;
  for await (const confirmation of confirmPendingGrants(grantDeps(deps))) {
    const { portal, status, code } = confirmation;
    out.record(confirmation, `${portal}: ${LINES[status]}${code === null ? '' : `: ${code}`}`);
    if (code !== null) out.say(`${portal}: ${adviceOn(confirmation, clientId, out)}`);
    if (status === 'waiting' || ABOUT_APP.has(code ?? '')) exit = EXIT.notDone;
  }
  return exit;
}

const LINES: { readonly [status in Confirmation['status']]: string } = {
  confirmed: 'installation confirmed',
  refused: 'installation not confirmed',
  waiting: 'installation not confirmed yet',
};

function adviceOn({ portal, status, code }: Confirmation, clientId: string, out: Out): string {
  const again = out.command(`app set --client-id ${quoted(clientId)} --client-secret-stdin < FILE`);
  if (status === 'waiting') return `the schedule tries again within minutes; or repeat "${again}"`;
  if (code === 'CLIENT_ID_MISMATCH') {
    return 'the installation belongs to another application: set the client id and secret of the right one';
  }
  return portalAdvice(code ?? '', portal, out);
}
