import type { PortalState, Stop } from '../portal/portal-store.ts';
import { batchingAsk } from './batching-ask.ts';
import { composeTurn } from './compose-turn.ts';
import type { Deadline, Engine } from './engine.ts';
import { LANES } from './job.ts';
import { busyJobs, openTrials, recoverSlices, replaceTrial } from './live-slice.ts';
import { PortalStopped } from './planner.ts';
import type { Asked, Session } from './session.ts';
import { settleSlices, settleTurn } from './settle-turn.ts';
import { CHANGE_METHODS, changes, launched } from './trial.ts';
import { waitForRate } from './wait-for-rate.ts';

/** How the portal is left: nothing to do, more to do at once, or nothing before `until` (ms). */
export type Rest =
  | { readonly kind: 'idle' }
  | { readonly kind: 'more' }
  | { readonly kind: 'rest'; readonly until: number };

const IDLE: Rest = { kind: 'idle' };
/** Commands in one request (B§3). */
const BATCH = 50;
/** What is not on its way by then is not sent any more, so that the intent bounds the doubt. */
const SEND_WITHIN_MS = 5_000;
/** In-process waits stay under 2 s (D§2). */
const SHORT_MS = 2_000;
/** A stopped portal is probed after 15 min, then ever rarer (D§3). */
const FIRST_PROBE_MS = 900_000;
const LONGEST_PROBE_MS = 43_200_000;
const FAR_MS = 10 * 365 * 86_400_000;

/** Works a portal's jobs, the most urgent lane first, until none is due or the time is up (D§2). */
export async function servePortal(engine: Engine, portal: string, deadline: Deadline): Promise<Rest> {
  const state = await engine.portals.read(portal);
  if (state === null || state.paused) return IDLE;
  // Before the jobs are read, so that a job written later rings again (D§2).
  await engine.portals.clearRung(portal);
  if (state.stop !== null && engine.clock.now() < state.stop.probeAt) return IDLE;

  const session = await openSession(engine, state);
  try {
    await settleSlices(session);
    return await work(session, state.stop, deadline);
  } catch (error) {
    if (!(error instanceof PortalStopped)) throw error;
    await stopPortal(session, state.stop, error.code);
    return IDLE;
  } finally {
    await engine.portals.setBudget(portal, session.rest.budget());
  }
}

async function openSession(engine: Engine, state: PortalState): Promise<Session> {
  const rest = await engine.openPortal(state);
  return {
    engine,
    portal: state.portal,
    rest,
    ask: batchingAsk({ rest, clock: engine.clock, random: engine.random }),
    lives: await recoverSlices(state.portal, engine.slices, engine.outcomes),
    backlog: [],
    room: state.stop === null ? BATCH : 1,
  };
}

async function work(session: Session, stop: Stop | null, deadline: Deadline): Promise<Rest> {
  const { engine, portal, rest } = session;
  while (deadline.allows()) {
    const rate = await waitForRate(rest, engine.clock);
    if (rate.kind === 'rest') return rate;

    const turn = await composeTurn(session);
    if (turn.asked.length > 0) {
      const pause = await askAndSettle(session, turn.asked);
      if (pause > engine.clock.now()) return { kind: 'rest', until: pause };
      if (session.room < BATCH && stop !== null) {
        await engine.portals.setStop(portal, null);
        session.room = BATCH;
      }
    } else if (!turn.progressed) {
      const next = await nextDue(session);
      if (next === null) return IDLE;
      if (next - engine.clock.now() >= SHORT_MS) return { kind: 'rest', until: next };
      await engine.clock.sleep(Math.max(1, next - engine.clock.now()));
    }
  }
  return { kind: 'more' };
}

/** One request: intent, call, outcomes. Returns until when the portal must rest, ms; 0 when it need not. */
async function askAndSettle(session: Session, asked: readonly Asked[]): Promise<number> {
  const { engine, rest } = session;
  const rate = await waitForRate(rest, engine.clock);
  if (rate.kind === 'rest') {
    await settleSlices(session);
    return rate.until;
  }
  const askedAt = engine.clock.now();
  await noteIntent(session, asked, askedAt);
  const answers = await rest.ask(
    asked.map(({ call }) => call),
    askedAt + SEND_WITHIN_MS,
  );
  const settled = await settleTurn(session, asked, answers, askedAt);
  if (settled.stop !== null) throw new PortalStopped(settled.stop);
  const pause = settled.restUntil - engine.clock.now();
  if (pause <= 0) return 0;
  if (pause >= SHORT_MS) return settled.restUntil;
  await engine.clock.sleep(pause);
  return 0;
}

/** Says which changes are about to be tried (D§3): whoever finds the slice knows that an answer may have been lost. */
async function noteIntent({ engine }: Session, asked: readonly Asked[], now: number): Promise<void> {
  const changed = new Set(asked.flatMap((one) => (one.kind === 'trial' && changes(one.trial) ? [one.live] : [])));
  for (const one of asked) {
    if (one.kind === 'trial' && changes(one.trial)) {
      replaceTrial(one.live, launched(one.trial, now, now + SEND_WITHIN_MS));
    }
  }
  for (const live of changed) {
    await engine.slices.write(live.slice);
    live.changed = false;
  }
}

/** The earliest time at which something of the portal can go on, ms; null when nothing waits. */
async function nextDue({ engine, portal, rest, lives }: Session): Promise<number | null> {
  const now = engine.clock.now();
  const busy = busyJobs(lives);
  const trials = lives
    .flatMap(openTrials)
    .map((trial) => Math.max(trial.notBefore, trial.state === 'fresh' ? rest.restingUntil(CHANGE_METHODS.unbind) : 0));
  const lanes = await Promise.all(LANES.map((lane) => engine.jobs.due(portal, lane, now + FAR_MS, busy.size + 1)));
  const jobs = lanes
    .flatMap((due) => due.filter(({ id }) => !busy.has(id)).slice(0, 1))
    .map(({ dueAt }) => Math.max(dueAt, dueAt <= now ? rest.restingUntil(CHANGE_METHODS.unbind) : 0));
  const times = [...trials, ...jobs];
  return times.length > 0 ? Math.min(...times) : null;
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
