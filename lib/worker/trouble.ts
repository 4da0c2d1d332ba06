import { PortalStopped, PortalTroubled } from '../jobs/planner.ts';
import type { PortalState } from '../portal/portal-store.ts';
import { backoffMs } from './backoff.ts';
import { LONGEST_TROUBLE_REST_MS, TROUBLE_BEFORE_ALARM_MS } from './policy.ts';
import { diagnoseAgain } from './request/diagnose.ts';
import type { Rest, Session } from './request/session.ts';
import { settleIntents } from './request/settle-request.ts';

/** The portal rests as a whole and keeps its jobs; its row says since when and why, and one alarm tells when it is long. */
export async function restInTrouble(session: Session, code: string): Promise<Rest> {
  const { ports, portal, trouble: before } = session;
  await settleIntents(session);
  await session.lock.renewIfNeeded();
  const now = ports.clock.now();
  const since = before?.since ?? now;
  const tries = (before?.tries ?? 0) + 1;
  const isLong = now - since >= TROUBLE_BEFORE_ALARM_MS;
  const fields = { portal, code, since: new Date(since).toISOString(), tries };
  if (isLong && before?.alarmed !== true) ports.log.error('portal_in_trouble', { ...fields, alarm: true });
  else ports.log.warn('portal_in_trouble', fields);
  const trouble = { code, since, tries, alarmed: isLong || before?.alarmed === true };
  await ports.portals.setTrouble(portal, { trouble, ...stoppedOf(session) }, session.restarts);
  const until = now + Math.min(LONGEST_TROUBLE_REST_MS, backoffMs(tries, ports.random()));
  return { kind: 'rest', until, whole: true };
}

/** A portal that was in trouble is asked one neutral call, and served if it is well again; throws if it is not. */
export async function endTrouble(session: Session): Promise<void> {
  const { ports, portal, api, trouble, deadline } = session;
  if (trouble === null) return;
  const diagnosis = await diagnoseAgain({ api, clock: ports.clock, deadline }, trouble.code);
  if (diagnosis.kind === 'trouble') throw new PortalTroubled(diagnosis.code);
  if (diagnosis.kind === 'stop') throw new PortalStopped(diagnosis.code);
  await session.lock.renewIfNeeded();
  await ports.portals.setTrouble(portal, stoppedOf(session), session.restarts);
  session.trouble = null;
  ports.log.info('portal_well', { portal, code: trouble.code, since: new Date(trouble.since).toISOString() });
}

/** Stores which methods are stopped, with one alarm for each that was not stopped before. */
export async function noteStoppedMethods(session: Session, before: PortalState): Promise<void> {
  const { ports, portal, api, lock } = session;
  const stopped = api.stoppedMethods();
  const known = before.stoppedMethods ?? {};
  for (const [method, { code, probes }] of Object.entries(stopped)) {
    if (known[method] === undefined) ports.log.error('method_stopped', { portal, method, code, probes, alarm: true });
  }
  const isChanged = [...new Set([...Object.keys(stopped), ...Object.keys(known)])].some(
    (method) => stopped[method]?.probeAt !== known[method]?.probeAt,
  );
  if (!isChanged) return;
  await lock.renewIfNeeded();
  await ports.portals.setTrouble(portal, stoppedOf(session), session.restarts);
}

/** As the row has it: absent when there is none. */
function stoppedOf({ api }: Session): Pick<PortalState, 'stoppedMethods'> {
  const stoppedMethods = api.stoppedMethods();
  return Object.keys(stoppedMethods).length > 0 ? { stoppedMethods } : {};
}
