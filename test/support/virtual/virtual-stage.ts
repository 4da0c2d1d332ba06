import { portalRules } from '../../../lib/cleanup/rules/portal-rules.ts';
import { runScheduledTask, type ScheduledTaskDeps } from '../../../lib/cleanup/runs/run-scheduled-task.ts';
import type { Outcome } from '../../../lib/jobs/outcome.ts';
import { jsonLinesLog } from '../../../lib/log.ts';
import type { SimulatedPortal } from '../../../lib/simulator/simulated-portal.ts';
import { type Deliver, openIngress } from '../faults/deliver-triggers.ts';
import { disturbOauth } from '../faults/oauth-faults.ts';
import { NO_TROUBLE, type PortTrouble, portFates } from '../faults/port-fates.ts';
import { restFaults } from '../faults/rest-faults.ts';
import { QueueModel } from '../queue/queue-model.ts';
import { newLife } from './life.ts';
import { openLocalTables } from './local-tables.ts';
import { seededRandom } from './seeded-random.ts';
import { installOn, type StagePortals, type StagePortalsOptions, startStagePortals } from './stage-portals.ts';
import { VirtualClock } from './virtual-clock.ts';
import { type Invocation, startWorkerFleet } from './worker-fleet.ts';
import { type StageContext, watchStores } from './worker-sandbox.ts';

export type VirtualStageOptions = Omit<StagePortalsOptions, 'clock'> & {
  readonly seed: string;
  /** How many worker instances may run at the same time. */
  readonly workers?: number;
  /** Probability that a REST or OAuth request meets trouble. */
  readonly restTrouble?: number;
  /** Probabilities by call of every other port. */
  readonly portTrouble?: PortTrouble;
  /** As in `WorkerFleet`. */
  readonly recursiveLoop?: 'Allow' | 'Terminate';
  /** Clocks of workers differ by up to 5 s, and some wake-ups come twice or late. */
  readonly unruly?: boolean;
  /** JSON of the rules that every portal has. */
  readonly rules?: readonly object[];
};

export type VirtualStage = {
  readonly clock: VirtualClock;
  readonly context: StageContext;
  readonly queue: QueueModel;
  readonly portals: readonly SimulatedPortal[];
  readonly invocations: readonly Invocation[];
  /** Every record that was written, repeated writes included. */
  readonly recorded: readonly Outcome[];
  /** Portals whose grant died and was renewed by an installation: the one loss that is by design (D§4). */
  readonly reinstalled: readonly string[];
  readonly logged: readonly string[];
  readonly deliver: Deliver;
  /** Lets time pass, with workers and the schedule running, until `main` has ended. */
  run<T>(main: () => Promise<T>, limitMs?: number): Promise<T>;
  /** Resolves when no portal has an unfinished job; checked every ten seconds. */
  settled(): Promise<void>;
  outcomesOf(portal: SimulatedPortal): Promise<Outcome[]>;
  close(): Promise<void>;
};

const MINUTE_MS = 60_000;
const LOOK_MS = 10_000;

/** The product on simulated portals, in virtual time: real stores and wires, but the queue of wake-ups is the model. */
export async function openVirtualStage(options: VirtualStageOptions): Promise<VirtualStage> {
  const { workers = 10, rules = [] } = options;
  const clock = new VirtualClock();
  const tables = await openLocalTables(clock);
  const simulated = await startStagePortals({ ...options, clock });
  await installOn(simulated, tables.stores, clock.now());
  for (const { memberId } of simulated.portals) {
    if (rules.length > 0) await tables.stores.portals.writeRules(memberId, JSON.stringify(rules));
  }

  const disorder = seededRandom(`${options.seed} queue`);
  const queue = new QueueModel({ clock, ...(options.unruly === true ? { random: () => disorder.next() } : {}) });
  const heard = { recorded: [] as Outcome[], logged: [] as string[] };
  const { stores } = tables;
  const config = { ...tables.config, oauthHosts: [simulated.oauth.url], allowHttp: true };
  const context = contextOf(options, { clock, config, stores: { ...stores, wakeUps: queue }, ...simulated }, heard);
  const reinstalled: string[] = [];
  const invocations: Invocation[] = [];
  return {
    clock,
    context,
    queue,
    portals: simulated.portals,
    ...heard,
    reinstalled,
    invocations,
    deliver: openIngress(context),
    async run(main, limitMs) {
      return clock.drive(async () => {
        const fleet = startWorkerFleet({
          context,
          queue,
          concurrency: workers,
          ...(options.recursiveLoop === undefined ? {} : { recursiveLoop: options.recursiveLoop }),
          invocations,
        });
        const schedule = startSchedule(context, simulated, reinstalled);
        const result = await main();
        fleet.stop();
        schedule.stop();
        return result;
      }, limitMs);
    },
    async settled() {
      for (let open = true; open; ) {
        await clock.sleep(LOOK_MS);
        open = await clock.track(() => hasWork(context));
      }
    },
    outcomesOf: ({ memberId }) => Array.fromAsync(tables.stores.outcomes.list({ portal: memberId })),
    async close() {
      await clock.quiet();
      await simulated.close();
      await tables.close();
    },
  };
}

type Parts = Pick<StageContext, 'clock' | 'config' | 'stores'> & Pick<StagePortals, 'portals' | 'oauth'>;

function contextOf(
  { seed, restTrouble = 0, portTrouble = NO_TROUBLE, unruly = false }: VirtualStageOptions,
  { clock, config, stores, portals, oauth }: Parts,
  { recorded, logged }: { readonly recorded: Outcome[]; readonly logged: string[] },
): StageContext {
  const fates = portFates(seed, portTrouble);
  const meetOauth = disturbOauth(seed, restTrouble, oauth);
  return {
    seed,
    config,
    clock,
    skewed: unruly,
    portals,
    stores,
    log: jsonLinesLog(
      (line) => void logged.push(line),
      () => clock.now(),
    ),
    fateOf(call) {
      if (call.port === 'oauth') meetOauth();
      return fates(call);
    },
    seen({ port, method, args: [outcomes] }) {
      if (port === 'outcomes' && method === 'record') recorded.push(...(outcomes as readonly Outcome[]));
    },
    disturb: restFaults(seed, restTrouble),
  };
}

async function hasWork({ portals, stores }: StageContext): Promise<boolean> {
  for (const { memberId } of portals) {
    if ((await stores.jobs.nextDueAt(memberId)) !== null) return true;
  }
  return false;
}

/** Wakes portals every minute, as in `serverless.yml`; also stands for the person who re-installs when a grant is dead. */
function startSchedule(context: StageContext, { portals: simulated }: StagePortals, reinstalled: string[]) {
  const { clock, log, fateOf, seen } = context;
  let stopped = false;
  const tick = async (): Promise<void> => {
    const watch = { clock, life: newLife(), fateOf, seen };
    const { portals, jobs, runs, wakeUps } = watchStores(context.stores, watch);
    const rulesOf = portalRules(portals, log);
    const schedule: ScheduledTaskDeps = {
      portals,
      jobs,
      runs,
      rulesOf,
      wakeDeps: { portals, wakeUps, clock },
      clock,
      log,
    };
    await Promise.race([runScheduledTask({ task: 'ring' }, schedule).catch(() => undefined), watch.life.ended]);
    for (const portal of simulated) await clock.track(() => reinstall(context, portal, reinstalled));
  };
  const work = async (): Promise<void> => {
    while (!stopped) {
      await clock.sleep(MINUTE_MS);
      if (!stopped) await tick();
    }
  };
  void work();
  return {
    stop() {
      stopped = true;
    },
  };
}

async function reinstall({ stores }: StageContext, portal: SimulatedPortal, reinstalled: string[]): Promise<void> {
  const state = await stores.portals.read(portal.memberId);
  if (state?.stop?.code !== 'GRANT_DEAD') return;
  const stored = await stores.grants.read(portal.memberId);
  await stores.grants.write(portal.issueGrant(), stored?.version ?? null);
  await stores.portals.setStop(portal.memberId, null);
  reinstalled.push(portal.memberId);
}
