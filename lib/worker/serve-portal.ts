import { PortalStopped } from '../jobs/planner.ts';
import type { PortalState, Stop } from '../portal/portal-store.ts';
import { failRemainingJobs } from './fail-remaining-jobs.ts';
import { nextDue } from './next-due.ts';
import {
  FIRST_PROBE_DELAY_MS,
  LOCKED_PORTAL_RETRY_MS,
  LONGEST_IN_PROCESS_WAIT_MS,
  LONGEST_PROBE_DELAY_MS,
  SWITCH_CHECK_INTERVAL_MS,
  UNENDED_SERVINGS_BEFORE_CARE,
} from './policy.ts';
import { acquireLock, type HeldLock, LockLost } from './portal-lock.ts';
import { batchReads } from './request/batch-reads.ts';
import { beginRequest } from './request/begin-request.ts';
import { recoverIntents } from './request/open-intent.ts';
import { ReadingLimit } from './request/reading-limit.ts';
import { sendRequest } from './request/send-request.ts';
import { IDLE, type Rest, type Session } from './request/session.ts';
import { settleIntents } from './request/settle-request.ts';
import { waitForRate } from './request/wait-for-rate.ts';
import type { Deadline, WorkerPorts } from './worker-ports.ts';

/** Serves one portal after its wake-up: until nothing is due, the portal must rest, or the time is up (D§2). */
export async function servePortal(ports: WorkerPorts, portal: string, deadline: Deadline): Promise<Rest> {
  const state = await ports.portals.read(portal);
  if (state === null) return IDLE;
  // This clears the wake-up mark before the jobs are read, so that a job written later wakes the portal again (D§2).
  const lock = await acquireLock(ports, portal, state.begun + 1);
  if (lock === null) return { kind: 'rest', until: ports.clock.now() + LOCKED_PORTAL_RETRY_MS, whole: true };
  let end = { budget: state.budget, begun: state.begun + 1 };
  try {
    const served = isServable(state, ports.clock.now())
      ? await serve(ports, state, lock, deadline)
      : { rest: IDLE, budget: null };
    end = { budget: served.budget ?? state.budget, begun: 0 };
    return served.rest;
  } finally {
    await ports.portals.endServing(portal, lock.owner, end);
  }
}

const isServable = ({ paused, stop, uninstalledAt }: PortalState, now: number): boolean =>
  uninstalledAt !== undefined || (!paused && (stop === null || now >= stop.probeAt));

async function serve(ports: WorkerPorts, state: PortalState, lock: HeldLock, deadline: Deadline) {
  const session = await openSession(ports, state, lock, deadline);
  const budget = () => session.api.budget();
  try {
    await settleIntents(session);
    if (state.uninstalledAt !== undefined)
      return { rest: await failRemainingJobs(session, deadline), budget: budget() };
    return { rest: await workJobs(session, state.stop !== null, deadline), budget: budget() };
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
  const reading = new ReadingLimit(api, clock);
  const readDeps = { api, clock, deadline, limit: reading };
  return {
    ports,
    portal: state.portal,
    api,
    asks: {
      all: batchReads({ ...readDeps, allotment: 'all' }),
      half: batchReads({ ...readDeps, allotment: 'half' }),
    },
    reading,
    openIntents: await recoverIntents(state.portal, ports.intents, ports.outcomes),
    backlog: [],
    lock,
    probing: state.stop !== null,
    proven: false,
    careful: state.begun >= UNENDED_SERVINGS_BEFORE_CARE,
  };
}

/** Works through the portal's jobs, the most urgent lane first, until none is due or the time is up. */
async function workJobs(session: Session, stopped: boolean, deadline: Deadline): Promise<Rest> {
  const { ports, portal, api } = session;
  let checkSwitchAt = ports.clock.now() + SWITCH_CHECK_INTERVAL_MS;
  while (deadline.allows()) {
    await session.lock.renewIfNeeded();
    if (ports.clock.now() >= checkSwitchAt) {
      if (await isSwitchedOff(session)) return IDLE;
      checkSwitchAt = ports.clock.now() + SWITCH_CHECK_INTERVAL_MS;
    }
    const rate = await waitForRate(api, ports.clock);
    if (rate.kind === 'rest') return { ...rate, whole: true };

    const request = await beginRequest(session);
    // Planning took what was left: what it has begun is stored, and sent first next time.
    if (!deadline.allows()) break;
    if (request.items.length > 0) {
      const until = await sendRequest(session, request.items);
      if (stopped && session.probing && session.proven) {
        await ports.portals.setStop(portal, null);
        session.probing = false;
      }
      if (!(await waitUntil(session, until))) return { kind: 'rest', until, whole: true };
    } else if (!request.progressed) {
      const next = await nextDue(session);
      if (next === null) return IDLE;
      if (!(await waitUntil(session, next))) return { kind: 'rest', until: next, whole: false };
    }
  }
  await settleIntents(session);
  return { kind: 'more' };
}

/** Paused, removed, or the application was uninstalled: another serving decides about the remaining jobs. */
async function isSwitchedOff({ ports, portal }: Session): Promise<boolean> {
  const state = await ports.portals.read(portal);
  return state === null || state.paused || state.uninstalledAt !== undefined;
}

/** Waits until then, if that is soon; false: it is not. */
async function waitUntil({ ports: { clock } }: Session, until: number): Promise<boolean> {
  const ms = until - clock.now();
  if (ms >= LONGEST_IN_PROCESS_WAIT_MS) return false;
  if (ms > 0) await clock.sleep(ms);
  return true;
}

/** The portal keeps its jobs, one alarm is raised, and the portal is probed ever more rarely (D§3). */
async function stopPortal(session: Session, before: Stop | null, code: string): Promise<void> {
  const { ports, portal } = session;
  await settleIntents(session);
  const now = ports.clock.now();
  const probes = before === null ? 0 : before.probes + 1;
  const probeAt = now + Math.min(LONGEST_PROBE_DELAY_MS, FIRST_PROBE_DELAY_MS * 2 ** probes);
  await ports.portals.setStop(portal, { code, since: before?.since ?? now, probeAt, probes });
  ports.log.error('portal_stopped', { portal, code, probes, alarm: before === null });
}
