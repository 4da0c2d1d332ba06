import type { NewJob, Task } from '../../../lib/jobs/job.ts';
import type { Outcome } from '../../../lib/jobs/outcome.ts';
import { jsonLinesLog } from '../../../lib/log.ts';
import { wireWorker } from '../../../lib/runtime/wire-worker.ts';
import { type SimulatedPortal, startSimulatedPortal } from '../../../lib/simulator/simulated-portal.ts';
import { CLOCK_SKEW_MS } from '../../../lib/worker/policy.ts';
import { servePortal } from '../../../lib/worker/serve-portal.ts';
import type { WorkerPorts } from '../../../lib/worker/worker-ports.ts';
import { type TemporaryLocalAws, temporaryLocalAws } from '../aws/temporary-local-aws.ts';
import { type JumpingClock, jumpingClock } from '../jumping-clock.ts';

/** A worker with real stores and a simulated portal over HTTP; time passes only when somebody waits for it. */
export type WorkerBench = {
  readonly ports: WorkerPorts;
  readonly portal: SimulatedPortal;
  readonly aws: TemporaryLocalAws;
  readonly clock: JumpingClock;
  readonly logged: string[];
  /** Adds a job; ids are made up unless given. */
  add(task: Task, job?: Partial<NewJob>): Promise<string>;
  /** Serves the portal, through all its rests, until nothing is left to do. Returns how often it was served. */
  drain(ports?: WorkerPorts): Promise<number>;
  outcomes(activityId: number): Promise<Outcome[]>;
  /** How often the portal was asked for a method, and how often it carried it out. */
  calls(method: string): number;
  executed(method: string): number;
  removals(): number;
  close(): Promise<void>;
};

/** The longest that a drain may take, in the bench's own time. */
const LONGEST_MS = 48 * 3_600_000;
export const ALWAYS = { allows: () => true };

export async function workerBench(): Promise<WorkerBench> {
  const clock = jumpingClock();
  const portal = await startSimulatedPortal({ clock });
  const aws = await temporaryLocalAws(clock);
  const logged: string[] = [];
  const log = jsonLinesLog((line) => void logged.push(line), clock.now);
  const config = { ...aws.config, allowHttp: true, oauthHosts: [portal.oauth.url] };
  const { worker: ports } = wireWorker({ config, log, clock });
  const { memberId, ledger } = portal;

  await aws.stores.grants.writeApp({ clientId: portal.clientId, clientSecret: portal.oauth.clientSecret });
  await aws.stores.grants.write(portal.issueGrant(), null);
  await aws.stores.portals.add(memberId, clock.now());

  let jobs = 0;
  const commands = (method: string) =>
    ledger.requests.flatMap((request) => request.commands).filter((command) => command.method === method);
  const recorded = () => Array.fromAsync(aws.stores.outcomes.list({ portal: memberId }));
  return {
    ports,
    portal,
    aws,
    clock,
    logged,
    async add(task, job = {}) {
      const id = `cli:${++jobs}`;
      const asked: NewJob = { portal: memberId, id, lane: 'robot', trigger: 'cli', cause: 'test', ...job, task };
      await aws.stores.jobs.add(asked, clock.now());
      return asked.id;
    },
    async drain(by = ports) {
      const giveUpAt = clock.now() + LONGEST_MS;
      for (let served = 1; clock.now() < giveUpAt; served++) {
        const rest = await servePortal(by, memberId, ALWAYS);
        // What a dead worker has locked is served when its wake-up comes back.
        const lockedUntil = (await aws.stores.portals.read(memberId))?.lockedUntil ?? null;
        if (rest.kind === 'idle' && lockedUntil === null) return served;
        if (lockedUntil !== null) clock.jumpTo(lockedUntil + CLOCK_SKEW_MS);
        if (rest.kind === 'rest') clock.jumpTo(rest.until);
      }
      throw new Error('the portal still had work to do after 48 h');
    },
    outcomes: async (activityId) => (await recorded()).filter((outcome) => outcome.activityId === activityId),
    calls: (method) => commands(method).length,
    executed: (method) => commands(method).filter(({ executed }) => executed).length,
    removals: () => ledger.changes.filter(({ kind }) => kind === 'binding_removed').length,
    async close() {
      await aws.close();
      await portal.close();
    },
  };
}

export const DEAL = { entityTypeId: 2, entityId: 1 };

export const unbindTask = (...activities: readonly number[]): Task => ({
  kind: 'unbind',
  element: DEAL,
  activities,
  filter: null,
});
