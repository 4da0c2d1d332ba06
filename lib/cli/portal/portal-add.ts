import { endpointProblem } from '../../bitrix24/rest/check-endpoint.ts';
import { resetPortalRow } from '../../installation/activate-portal.ts';
import type { Grant } from '../../portal/grant.ts';
import { parseGrant } from '../../portal/grant-json.ts';
import { MOST_GRANT_WRITES } from '../policy.ts';
import type { CommandContext } from '../shared/command-context.ts';
import { EXIT, type ExitCode } from '../terminal/exit-code.ts';
import type { Out } from '../terminal/output.ts';
import { grantHost } from './grant-host.ts';
import { restartPortal } from './restart-portal.ts';

export type PortalAddArgs = {
  /** `-`: the URL is read from the standard input, and so stays out of the shell's history. */
  readonly webhook?: string;
  /** File with a grant as it is stored (D§4), `-`: the standard input. */
  readonly oauth?: string;
  readonly applicationToken?: string;
  readonly memberId?: string;
};

/** Stores a grant, restarts the portal if it was stopped, and wakes it. */
export async function portalAdd(deps: CommandContext, args: PortalAddArgs, out: Out): Promise<ExitCode> {
  const reading = parseGrant(await readGrant(deps, args));
  const problem = 'problem' in reading ? reading.problem : addressProblem(reading.grant, deps);
  if ('problem' in reading || problem !== null) {
    out.say(`The grant was not accepted: ${problem}`);
    return EXIT.usage;
  }
  const { grant } = reading;
  const replaced = await storeGrant(grant, deps);
  await resetPortalRow(deps.stores.portals, grant.memberId, deps.clock.now());
  await restartPortal(grant.memberId, deps);

  const { memberId: portal, kind } = grant;
  const status = replaced ? 'replaced' : 'added';
  out.record({ portal, kind, host: grantHost(grant), status }, `${status} ${portal} (${kind}, ${grantHost(grant)})`);
  out.say(`To try it: ${out.command(`portal check --portal ${portal}`)}`);
  return EXIT.done;
}

async function readGrant(deps: CommandContext, args: PortalAddArgs): Promise<unknown> {
  const { oauth, webhook = '', applicationToken, memberId } = args;
  if (oauth !== undefined) return jsonOf(await deps.read(oauth));
  const url = (webhook === '-' ? await deps.read('-') : webhook).trim();
  return { kind: 'webhook', url, applicationToken, memberId };
}

/** Text that is not JSON is not a grant either; it is a secret, so no error repeats it. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The same check as before every call, made here so that the person who can correct it is told (D§5). */
function addressProblem(grant: Grant, { config }: CommandContext): string | null {
  const [name, address] = grant.kind === 'webhook' ? ['url', grant.url] : ['clientEndpoint', grant.clientEndpoint];
  const problem = endpointProblem(address, config.allowHttp);
  if (problem !== null) return `${name} ${problem}`;
  if (grant.kind === 'webhook') return null;
  return config.oauthHosts.some((host) => grant.serverEndpoint === `${host}/rest/`)
    ? null
    : `serverEndpoint must be one of ${config.oauthHosts.map((host) => `${host}/rest/`).join(', ')}`;
}

/** A version has exactly one successor (D§4): whoever comes second reads again and replaces that. True: there was a grant before. */
async function storeGrant(grant: Grant, { stores }: CommandContext): Promise<boolean> {
  for (let write = 0; write < MOST_GRANT_WRITES; write += 1) {
    const current = await stores.grants.read(grant.memberId);
    if ((await stores.grants.write(grant, current?.version ?? null)) !== 'superseded') return current !== null;
  }
  throw new Error('The grant kept being replaced by others while it was being stored. Repeat the command');
}
