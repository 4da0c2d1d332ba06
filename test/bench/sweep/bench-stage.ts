import { randomUUID } from 'node:crypto';
import type { AwsStores } from '../../../lib/aws/aws-stores.ts';
import { DEFAULT_RULES } from '../../../lib/cleanup/rules/default-rules.ts';
import type { StartRunDeps } from '../../../lib/cleanup/start-run.ts';
import type { Config } from '../../../lib/config.ts';
import { type SimulatedPortal, startSimulatedPortal } from '../../../lib/simulator/simulated-portal.ts';
import type { WorkerPorts } from '../../../lib/worker/worker-ports.ts';
import { type JumpingClock, jumpingClock } from '../../support/jumping-clock.ts';
import { openLocalTables } from '../../support/virtual/local-tables.ts';
import { type BenchPortal, benchPortal } from './bench-portal.ts';
import { benchWorker, drain } from './bench-worker.ts';

export type BenchStage = {
  readonly portal: SimulatedPortal;
  readonly size: BenchPortal;
  readonly config: Config;
  readonly stores: AwsStores;
  readonly clock: JumpingClock;
  readonly deps: StartRunDeps;
  readonly member: string;
  /** A new worker over these stores, with nothing in its memory. */
  newWorker(stores?: AwsStores): WorkerPorts;
  /** Serves the portal, one invocation after the other, until nothing is left to do. */
  drain(ports: WorkerPorts): Promise<void>;
  close(): Promise<void>;
};

/** A large portal with its rate limit (B§8.1), the product's worker, real stores and HTTP, and a clock that jumps. */
export async function benchStage(deals: number, seed: string): Promise<BenchStage> {
  const clock = jumpingClock();
  const size = benchPortal(seed, deals, clock.now());
  const portal = await startSimulatedPortal({ clock, seed: { ...size.seed } });
  portal.settings.rateLimit = { drainPerSecond: 2, threshold: 50 };
  const tables = await openLocalTables(clock);
  const { stores } = tables;
  const config = { ...tables.config, allowHttp: true, oauthHosts: [portal.oauth.url] };
  const member = portal.memberId;
  await stores.grants.writeApp({ clientId: portal.clientId, clientSecret: portal.oauth.clientSecret });
  await stores.grants.write(portal.issueGrant(), null);
  await stores.portals.add(member, clock.now());
  await stores.portals.writeRules(member, JSON.stringify(DEFAULT_RULES.map((rule) => ({ ...rule, enabled: true }))));

  return {
    portal,
    size,
    config,
    stores,
    clock,
    member,
    newWorker: (own = stores) => benchWorker(config, own, clock),
    drain: (ports) => drain(ports, member, clock),
    deps: {
      ...stores,
      wakeDeps: { portals: stores.portals, wakeUps: NO_WAKE_UPS, clock },
      clock,
      randomId: randomUUID,
    },
    async close() {
      await portal.close();
      await tables.close();
    },
  };
}

/** No worker is woken: the bench serves the portal itself. */
const NO_WAKE_UPS = { send: async () => undefined, hide: async () => true };
