import type { AwsStores } from '../../../lib/aws/aws-stores.ts';
import type { RestClient } from '../../../lib/bitrix24/rest/rest-call.ts';
import type { Config } from '../../../lib/config.ts';
import { portsOf, wireWorker } from '../../../lib/runtime/wire-worker.ts';
import { CLOCK_SKEW_MS } from '../../../lib/worker/policy.ts';
import { servePortal } from '../../../lib/worker/serve-portal.ts';
import type { WorkerPorts } from '../../../lib/worker/worker-ports.ts';
import type { JumpingClock } from '../../support/jumping-clock.ts';

const ROUND_TRIP_MS = 30;
const MS_PER_COMMAND = 8;
const LONGEST_MS = 7 * 86_400_000;
/** How long an invocation of 90 s starts new requests. */
const FUNCTION_MS = 45_000;

/** The product's worker, with a portal that takes time to answer. */
export function benchWorker(config: Config, stores: AwsStores, clock: JumpingClock): WorkerPorts {
  const crm = { config, log: { info: ignore, warn: ignore, error: ignore }, clock };
  const ports = { ...portsOf(crm), ...stores };
  return wireWorker(crm, { ...ports, client: slowClient(ports.client, clock) }).worker;
}

export async function drain(ports: WorkerPorts, member: string, clock: JumpingClock): Promise<void> {
  const giveUpAt = clock.now() + LONGEST_MS;
  while (clock.now() < giveUpAt) {
    const until = clock.now() + FUNCTION_MS;
    const rest = await servePortal(ports, member, { allows: () => clock.now() < until });
    // What a dead worker has locked is served when its wake-up comes back.
    const lockedUntil = (await ports.portals.read(member))?.lockedUntil ?? null;
    if (rest.kind === 'idle' && lockedUntil === null) return;
    if (lockedUntil !== null) clock.jumpTo(lockedUntil + CLOCK_SKEW_MS);
    if (rest.kind === 'rest') clock.jumpTo(rest.until);
  }
  throw new Error('the portal still had work after a week');
}

const ignore = (): void => undefined;

/** A portal that takes time for every command. */
const slowClient = (client: RestClient, clock: JumpingClock): RestClient => ({
  async send(endpoint, call) {
    const answer = await client.send(endpoint, call);
    const commands = call.method === 'batch' ? Object.keys(Object(call.params.cmd)).length : 1;
    clock.jumpTo(clock.now() + ROUND_TRIP_MS + commands * MS_PER_COMMAND);
    return answer;
  },
});
