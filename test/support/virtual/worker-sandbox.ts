import type { AwsStores } from '../../../lib/aws/aws-stores.ts';
import { oauthClient } from '../../../lib/bitrix24/rest/oauth-client.ts';
import type { RestCall } from '../../../lib/bitrix24/rest/rest-call.ts';
import type { Clock } from '../../../lib/clock.ts';
import type { Config } from '../../../lib/config.ts';
import type { WakeUpQueue } from '../../../lib/jobs/wake-portal.ts';
import type { Log } from '../../../lib/log.ts';
import { type Ports, wireWorker } from '../../../lib/runtime/wire-worker.ts';
import type { SimulatedPortal } from '../../../lib/simulator/simulated-portal.ts';
import type { WorkerPorts } from '../../../lib/worker/worker-ports.ts';
import { type PortWatch, watchPort } from '../faults/watch-port.ts';
import { forever, type Life, newLife } from './life.ts';
import { seededRandom } from './seeded-random.ts';
import type { VirtualClock } from './virtual-clock.ts';
import { virtualRestClient } from './virtual-rest-client.ts';

/** What all sandboxes of a stage share. */
export type StageContext = {
  readonly seed: string;
  readonly config: Config;
  readonly clock: VirtualClock;
  /** Each sandbox has a clock of its own, some seconds off. */
  readonly skewed: boolean;
  readonly portals: readonly SimulatedPortal[];
  /** With the model as the queue of wake-ups. */
  readonly stores: AwsStores;
  readonly log: Log;
  readonly fateOf: PortWatch['fateOf'];
  readonly seen: NonNullable<PortWatch['seen']>;
  readonly disturb: (portal: SimulatedPortal, call: RestCall) => void;
};

/** One instance of the worker function, with what it remembers between invocations. */
export type WorkerSandbox = {
  readonly name: string;
  readonly ports: WorkerPorts;
  readonly wakeUps: WakeUpQueue;
  readonly life: Life;
  /** How long its code has slept so far, ms; waiting for answers is not counted. */
  readonly slept: () => number;
};

/** The product's own wiring on ports that are watched. */
export function openWorkerSandbox(context: StageContext, name: string): WorkerSandbox {
  const { seed, config, log, portals, disturb, fateOf, seen } = context;
  const life = newLife();
  const random = seededRandom(`${seed} ${name}`);
  const watch: PortWatch = { clock: context.clock, life, fateOf, seen };
  const { clock, slept } = sandboxClock(context.clock, life, context.skewed ? random.between(-SKEW_MS, SKEW_MS) : 0);
  const watched: Ports = {
    ...watchStores(context.stores, watch),
    client: virtualRestClient({ clock: context.clock, portals, watch, name, disturb, silence: random }),
    oauth: watchPort('oauth', oauthClient({ hosts: config.oauthHosts }), watch),
  };
  const { worker: ports, wakeUps } = wireWorker({ config, log, clock }, watched);
  return { name, ports: { ...ports, random: () => random.next() }, wakeUps, life, slept };
}

/** Every store, whatever stores there are. */
export function watchStores(stores: AwsStores, watch: PortWatch): AwsStores {
  const watched = Object.entries(stores).map(([name, store]) => [name, watchPort(name, store, watch)]);
  return Object.fromEntries(watched) as AwsStores; // the same names
}

/** The clocks of two sandboxes differ by up to twice as much. */
const SKEW_MS = 2_500;

/** A killed process does not wake up; the sleep of a living one is billed. `ms`: so far its clock is ahead. */
function sandboxClock(clock: VirtualClock, life: Life, ms: number): { clock: Clock; slept: () => number } {
  let slept = 0;
  return {
    clock: {
      now: () => clock.now() + ms,
      async sleep(pause) {
        slept += pause;
        await clock.sleep(pause);
        if (life.isOver()) await forever();
      },
    },
    slept: () => slept,
  };
}
