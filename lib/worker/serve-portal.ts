import { PortalStopped } from '../jobs/planner.ts';
import type { PortalState, Stop } from '../portal/portal-store.ts';
import { endPortal } from './fail-remaining-jobs.ts';
import { ClaimLost, claimPortal, type ServingClaim } from './portal-lock.ts';
import { batchingAsk } from './request/batch-reads.ts';
import { recoverSlices } from './request/open-intent.ts';
import type { Session } from './request/session.ts';
import { settleSlices } from './request/settle-request.ts';
import { IDLE, type Rest, workPortal } from './work-portal.ts';
import type { Deadline, Engine } from './worker-ports.ts';

/** A stopped portal is probed after 15 min, then ever rarer (D§3). */
const FIRST_PROBE_MS = 900_000;
const LONGEST_PROBE_MS = 43_200_000;
/** So many beginnings without an end are no accident: something of this portal ends the workers. */
const MOST_BEGUN = 3;
/** How soon a portal that another worker serves is looked at again. */
const LOOK_AGAIN_MS = 5_000;

/** Serves one portal after its bell: until nothing is due, the portal must rest, or the time is up (D§2). */
export async function servePortal(engine: Engine, portal: string, deadline: Deadline): Promise<Rest> {
  const state = await engine.portals.read(portal);
  if (state === null) return IDLE;
  // The mark goes before the jobs are read, so that a job written later rings again (D§2).
  const claim = await claimPortal(engine, portal, state.begun + 1);
  if (claim === null) return { kind: 'rest', until: engine.clock.now() + LOOK_AGAIN_MS, whole: true };
  let end = { budget: state.budget, begun: state.begun + 1 };
  try {
    const served = isServed(state, engine.clock.now())
      ? await serve(engine, state, claim, deadline)
      : { rest: IDLE, budget: null };
    end = { budget: served.budget ?? state.budget, begun: 0 };
    return served.rest;
  } finally {
    await engine.portals.endServing(portal, claim.owner, end);
  }
}

const isServed = ({ paused, stop, uninstalledAt }: PortalState, now: number): boolean =>
  uninstalledAt !== undefined || (!paused && (stop === null || now >= stop.probeAt));

async function serve(engine: Engine, state: PortalState, claim: ServingClaim, deadline: Deadline) {
  const session = await openSession(engine, state, claim, deadline);
  const budget = () => session.rest.budget();
  try {
    await settleSlices(session);
    if (state.uninstalledAt !== undefined) return { rest: await endPortal(session, deadline), budget: budget() };
    return { rest: await workPortal(session, state.stop !== null, deadline), budget: budget() };
  } catch (error) {
    if (error instanceof ClaimLost) return { rest: IDLE, budget: null };
    if (!(error instanceof PortalStopped)) throw error;
    await stopPortal(session, state.stop, error.code);
    return { rest: IDLE, budget: budget() };
  }
}

async function openSession(
  engine: Engine,
  state: PortalState,
  claim: ServingClaim,
  deadline: Deadline,
): Promise<Session> {
  const { clock } = engine;
  const rest = await engine.openPortal(state);
  return {
    engine,
    portal: state.portal,
    rest,
    asks: {
      all: batchingAsk({ rest, clock, deadline, share: 'all' }),
      half: batchingAsk({ rest, clock, deadline, share: 'half' }),
    },
    lives: await recoverSlices(state.portal, engine.slices, engine.outcomes),
    backlog: [],
    claim,
    probing: state.stop !== null,
    proven: false,
    careful: state.begun >= MOST_BEGUN,
  };
}

/** The portal keeps its jobs, one alarm is raised, and it is tried again ever more rarely (D§3). */
async function stopPortal(session: Session, before: Stop | null, code: string): Promise<void> {
  const { engine, portal } = session;
  await settleSlices(session);
  const now = engine.clock.now();
  const probes = before === null ? 0 : before.probes + 1;
  const probeAt = now + Math.min(LONGEST_PROBE_MS, FIRST_PROBE_MS * 2 ** probes);
  await engine.portals.setStop(portal, { code, since: before?.since ?? now, probeAt, probes });
  engine.log.error('portal_stopped', { portal, code, probes, alarm: before === null });
}
