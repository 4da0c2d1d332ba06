import { PortalStopped } from '../jobs/planner.ts';
import type { PortalState, Stop } from '../portal/portal-store.ts';
import { failRemainingJobs } from './fail-remaining-jobs.ts';
import { acquireLock, type HeldLock, LockLost } from './portal-lock.ts';
import { batchReads } from './request/batch-reads.ts';
import { recoverIntents } from './request/open-intent.ts';
import type { Session } from './request/session.ts';
import { settleIntents } from './request/settle-request.ts';
import { IDLE, type Rest, workPortal } from './work-portal.ts';
import type { Deadline, WorkerPorts } from './worker-ports.ts';

/** A stopped portal is probed after 15 min, then ever rarer (D§3). */
const FIRST_PROBE_MS = 900_000;
const LONGEST_PROBE_MS = 43_200_000;
/** So many beginnings without an end are no accident: something of this portal ends the workers. */
const MOST_BEGUN = 3;
/** How soon a portal that another worker serves is looked at again. */
const LOOK_AGAIN_MS = 5_000;

/** Serves one portal after its bell: until nothing is due, the portal must rest, or the time is up (D§2). */
export async function servePortal(ports: WorkerPorts, portal: string, deadline: Deadline): Promise<Rest> {
  const state = await ports.portals.read(portal);
  if (state === null) return IDLE;
  // The mark goes before the jobs are read, so that a job written later rings again (D§2).
  const lock = await acquireLock(ports, portal, state.begun + 1);
  if (lock === null) return { kind: 'rest', until: ports.clock.now() + LOOK_AGAIN_MS, whole: true };
  let end = { budget: state.budget, begun: state.begun + 1 };
  try {
    const served = isServed(state, ports.clock.now())
      ? await serve(ports, state, lock, deadline)
      : { rest: IDLE, budget: null };
    end = { budget: served.budget ?? state.budget, begun: 0 };
    return served.rest;
  } finally {
    await ports.portals.endServing(portal, lock.owner, end);
  }
}

const isServed = ({ paused, stop, uninstalledAt }: PortalState, now: number): boolean =>
  uninstalledAt !== undefined || (!paused && (stop === null || now >= stop.probeAt));

async function serve(ports: WorkerPorts, state: PortalState, lock: HeldLock, deadline: Deadline) {
  const session = await openSession(ports, state, lock, deadline);
  const budget = () => session.api.budget();
  try {
    await settleIntents(session);
    if (state.uninstalledAt !== undefined)
      return { rest: await failRemainingJobs(session, deadline), budget: budget() };
    return { rest: await workPortal(session, state.stop !== null, deadline), budget: budget() };
  } catch (error) {
    if (error instanceof LockLost) return { rest: IDLE, budget: null };
    if (!(error instanceof PortalStopped)) throw error;
    await stopPortal(session, state.stop, error.code);
    return { rest: IDLE, budget: budget() };
  }
}

async function openSession(
  ports: WorkerPorts,
  state: PortalState,
  lock: HeldLock,
  deadline: Deadline,
): Promise<Session> {
  const { clock } = ports;
  const api = await ports.openPortal(state);
  return {
    ports,
    portal: state.portal,
    api,
    asks: {
      all: batchReads({ api, clock, deadline, allotment: 'all' }),
      half: batchReads({ api, clock, deadline, allotment: 'half' }),
    },
    openIntents: await recoverIntents(state.portal, ports.intents, ports.outcomes),
    backlog: [],
    lock,
    probing: state.stop !== null,
    proven: false,
    careful: state.begun >= MOST_BEGUN,
  };
}

/** The portal keeps its jobs, one alarm is raised, and it is tried again ever more rarely (D§3). */
async function stopPortal(session: Session, before: Stop | null, code: string): Promise<void> {
  const { ports, portal } = session;
  await settleIntents(session);
  const now = ports.clock.now();
  const probes = before === null ? 0 : before.probes + 1;
  const probeAt = now + Math.min(LONGEST_PROBE_MS, FIRST_PROBE_MS * 2 ** probes);
  await ports.portals.setStop(portal, { code, since: before?.since ?? now, probeAt, probes });
  ports.log.error('portal_stopped', { portal, code, probes, alarm: before === null });
}
