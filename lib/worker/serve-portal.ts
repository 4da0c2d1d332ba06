import type { RateBudget } from '../bitrix24/rest/rate-budget.ts';
import { PortalStopped, PortalTroubled } from '../jobs/planner.ts';
import { FIRST_PROBE_MS, LONGEST_PROBE_MS } from '../portal/policy.ts';
import type { PortalState } from '../portal/portal-store.ts';
import { failRemainingJobs } from './fail-remaining-jobs.ts';
import { nextDue } from './next-due.ts';
import { brake, nextWakeUp } from './next-wake-up.ts';
import { openSession } from './open-session.ts';
import { LONGEST_IN_PROCESS_WAIT_MS, SWITCH_CHECK_INTERVAL_MS } from './policy.ts';
import { acquireLock, type HeldLock, LockLost } from './portal-lock.ts';
import { beginRequest } from './request/begin-request.ts';
import { sendRequest } from './request/send-request.ts';
import { IDLE, type Rest, type Session } from './request/session.ts';
import { settleIntents } from './request/settle-request.ts';
import { waitForRate } from './request/wait-for-rate.ts';
import { endTrouble, noteStoppedMethods, restInTrouble } from './trouble.ts';
import type { Deadline, WorkerPorts } from './worker-ports.ts';

/** How a portal was left. `wakeAt`: a wake-up has to be sent for this time, ms; null: none is needed. */
export type Left = Rest & { readonly wakeAt: number | null };

/**
 * Serves one portal after its wake-ups: until nothing is due, the portal must rest, or the time is up (D§2). `arrived`: when
 * those of them were due that a worker had sent to itself, ms.
 */
export async function servePortal(
  ports: WorkerPorts,
  portal: string,
  deadline: Deadline,
  arrived: readonly number[] = [],
): Promise<Left> {
  const lock = await acquireLock(ports, portal);
  if (lock === null) return await leaveToOthers(ports, portal, deadline, arrived);
  try {
    return await serveUntilReleased(ports, lock, deadline, arrived);
  } catch (error) {
    if (error instanceof LockLost) return { ...IDLE, wakeAt: null };
    await ports.portals.abandonServing(portal, lock.owner);
    throw error;
  }
}

/**
 * Another worker has the lock and will find the mark of a trigger. It cannot know that a wake-up which it relies on has come to
 * us, so that one leaves a mark too. If the other worker has let go before it could see the mark, the portal is ours to serve.
 */
async function leaveToOthers(
  ports: WorkerPorts,
  portal: string,
  deadline: Deadline,
  arrived: readonly number[],
): Promise<Left> {
  for (const dueAt of arrived) {
    const state = await ports.portals.deferWakeUp(portal, dueAt, ports.clock.now());
    if (state !== null && state.lockedUntil === null) return await servePortal(ports, portal, deadline);
  }
  return { ...IDLE, wakeAt: null };
}

/** Lets go only when no trigger has woken the portal meanwhile: its wake-up may have found the lock taken, and be gone. */
async function serveUntilReleased(
  ports: WorkerPorts,
  lock: HeldLock,
  deadline: Deadline,
  arrived: readonly number[],
): Promise<Left> {
  const { portals, clock } = ports;
  let { state } = lock;
  const isOwnTurn = arrived.length > 0;
  let served = await serve(ports, state, { lock, deadline, isOwnTurn });
  for (;;) {
    const { rest, budget, idleTurns } = served;
    const now = clock.now();
    const { nextWakeAt, isNew } = nextWakeUp(rest, state, arrived, now);
    const restsUntil = rest.kind === 'rest' && rest.whole ? rest.until : null;
    const end = { budget, begun: 0, idleTurns, nextWakeAt, restsUntil };
    if (await portals.endServing(state.portal, lock.owner, end)) return { ...rest, wakeAt: isNew ? nextWakeAt : null };

    state = { ...(await lock.continue()), budget, idleTurns };
    if (restsUntil === null || restsUntil <= now) served = await serve(ports, state, { lock, deadline, isOwnTurn });
  }
}

type Served = {
  readonly rest: Rest;
  readonly budget: RateBudget | null;
  /** As in `PortalState`. */
  readonly idleTurns: number;
};

type Serving = {
  readonly lock: HeldLock;
  readonly deadline: Deadline;
  /** The worker has woken itself up. */
  readonly isOwnTurn: boolean;
};

/** A portal that was woken too soon, or must not be called, is only looked at. */
async function serve(ports: WorkerPorts, state: PortalState, { lock, deadline, isOwnTurn }: Serving): Promise<Served> {
  const { portal, paused, stop, budget, restsUntil, uninstalledAt } = state;
  const now = ports.clock.now();
  if (uninstalledAt === undefined) {
    if (paused || (stop !== null && now < stop.probeAt)) return { rest: IDLE, budget, idleTurns: 0 };
    if (restsUntil !== null && now < restsUntil)
      return { rest: { kind: 'rest', until: restsUntil, whole: true }, budget, idleTurns: state.idleTurns };
  }
  const session = await openSession(ports, state, lock, deadline);
  try {
    await settleIntents(session);
    if (uninstalledAt === undefined) await endTrouble(session);
    const rest =
      uninstalledAt === undefined
        ? await workJobs(session, stop !== null, deadline)
        : await failRemainingJobs(session, deadline);
    await noteStoppedMethods(session, state);
    const idleTurns = session.progressed ? 0 : state.idleTurns;
    const braked = isOwnTurn ? brake(rest, idleTurns, ports.clock.now()) : { rest, idleTurns };
    if (braked.rest !== rest) ports.log.error('no_progress', { portal, turns: state.idleTurns, alarm: true });
    return { ...braked, budget: session.api.budget() };
  } catch (error) {
    if (error instanceof PortalTroubled) {
      await noteStoppedMethods(session, state);
      return { rest: await restInTrouble(session, error.code), budget: session.api.budget(), idleTurns: 0 };
    }
    if (!(error instanceof PortalStopped)) throw error;
    const stopped = await stopPortal(session, state, error.code);
    return { rest: stopped ? IDLE : { kind: 'more' }, budget: session.api.budget(), idleTurns: 0 };
  }
}

/** Works through the portal's jobs, the most urgent lane first, until none is due or the time is up. */
async function workJobs(session: Session, stopped: boolean, deadline: Deadline): Promise<Rest> {
  const { ports, portal, api } = session;
  let checkSwitchAt = ports.clock.now() + SWITCH_CHECK_INTERVAL_MS;
  while (deadline.allows()) {
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
      session.progressed = true;
      if (stopped && session.probing && session.proven) {
        await ports.portals.setStop(portal, null);
        session.restarts += 1;
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

/**
 * The portal keeps its jobs, one alarm is raised, and the portal is probed ever more rarely (D§3). False: it was restarted
 * meanwhile, so the code is about what is over.
 */
async function stopPortal(
  session: Session,
  { stop: before, restarts = 0 }: PortalState,
  code: string,
): Promise<boolean> {
  const { ports, portal } = session;
  await settleIntents(session);
  await session.lock.renewIfNeeded();
  const now = ports.clock.now();
  const probes = before === null ? 0 : before.probes + 1;
  const probeAt = now + Math.min(LONGEST_PROBE_MS, FIRST_PROBE_MS * 2 ** probes);
  const stop = { code, since: before?.since ?? now, probeAt, probes };
  if (!(await ports.portals.setStop(portal, stop, restarts))) return false;
  ports.log.error('portal_stopped', { portal, code, probes, alarm: before === null });
  return true;
}
