import { gotRestClient } from '../../../lib/bitrix24/rest/got-rest-client.ts';
import type { RestCall, RestClient } from '../../../lib/bitrix24/rest/rest-call.ts';
import type { RequestRecord } from '../../../lib/simulator/ledger.ts';
import type { SimulatedPortal } from '../../../lib/simulator/simulated-portal.ts';
import { type PortWatch, watched } from '../faults/watch-port.ts';
import type { Random } from './seeded-random.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** The time that a request and its answer spend on the network. */
const WAY_MS = 30;
/** The longest wait for an answer that does not come: the worker's own time-out. */
const LONGEST_SILENCE_MS = 30_000;

export type VirtualRestClientOptions = {
  readonly clock: VirtualClock;
  readonly portals: readonly SimulatedPortal[];
  readonly watch: PortWatch;
  /** Of one sandbox, so that its requests can be found in a ledger. */
  readonly name: string;
  readonly disturb: (portal: SimulatedPortal, call: RestCall) => void;
  /** How long unanswered calls stay silent. */
  readonly silence: Random;
};

/**
 * The real client on a real connection, with the time that a portal needs: after the answer has come, the caller sleeps on
 * the virtual clock for as long as the executed commands claim to have taken, and no longer than its own time-out.
 */
export function virtualRestClient(options: VirtualRestClientOptions): RestClient {
  const { clock, portals, watch, name, disturb, silence } = options;
  const client = gotRestClient({ clock, allowHttp: true, userAgent: name, timeoutMs: LONGEST_SILENCE_MS });
  const claimed = new WeakSet<RequestRecord>();

  return {
    async send(endpoint, call) {
      const portal = portals.find(({ url }) => endpoint.url.startsWith(`${url}/`));
      if (portal === undefined) throw new Error('a call to somebody else');
      const { requests } = portal.ledger;
      const from = requests.length;
      disturb(portal, call);

      const port = { port: 'rest', method: 'send', portal: portal.memberId, args: [call] };
      const answer = await watched(port, () => client.send(endpoint, call), watch);
      const record = requests.slice(from).find((one) => one.userAgent === name && !claimed.has(one));
      if (record !== undefined) claimed.add(record);

      const silent = answer.kind === 'unanswered' && silence.chance(0.5);
      const ms = silent ? silence.between(0, LONGEST_SILENCE_MS) : WAY_MS + processingMs(portal, record);
      const begunBy = clock.now();
      await clock.sleep(Math.min(ms, LONGEST_SILENCE_MS));
      const late = ms > LONGEST_SILENCE_MS;
      const heard = late
        ? ({ kind: 'unanswered', reason: 'no answer in time', status: null, begunBy } as const)
        : answer;
      return await watched({ ...port, method: 'answered' }, async () => heard, watch);
    },
  };
}

/** The time that the executed commands claim to have taken. */
function processingMs({ settings }: SimulatedPortal, record: RequestRecord | undefined): number {
  const { operatingSecondsPerCall: seconds } = settings;
  const executed = record?.commands.filter((command) => command.executed) ?? [];
  return executed.reduce((sum, { method }) => sum + (seconds[method] ?? seconds['*'] ?? 0) * 1000, 0);
}
