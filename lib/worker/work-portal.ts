import { nextDue } from './next-due.ts';
import { beginNextRequest } from './request/compose-request.ts';
import { sendRequest } from './request/send-request.ts';
import type { Session } from './request/session.ts';
import { waitForRate } from './request/wait-for-rate.ts';
import type { Deadline } from './worker-ports.ts';

/**
 * How the portal is left: nothing to do, more to do at once, or nothing before `until` (ms). `whole`: the portal itself must
 * rest; otherwise only a part of the work waits, and new work may wake it.
 */
export type Rest =
  | { readonly kind: 'idle' }
  | { readonly kind: 'more' }
  | { readonly kind: 'rest'; readonly until: number; readonly whole: boolean };

export const IDLE: Rest = { kind: 'idle' };
/** In-process waits stay under 2 s (D§2). */
const SHORT_MS = 2_000;

/** How soon the operator's switch reaches a worker that is busy. */
const LOOK_AT_SWITCH_MS = 5_000;

/** Works a portal's jobs, the most urgent lane first, until none is due or the time is up. */
export async function workPortal(session: Session, stopped: boolean, deadline: Deadline): Promise<Rest> {
  const { ports, portal, api } = session;
  let lookAt = ports.clock.now() + LOOK_AT_SWITCH_MS;
  while (deadline.allows()) {
    await session.lock.hold();
    if (ports.clock.now() >= lookAt) {
      if (await isSwitchedOff(session)) return IDLE;
      lookAt = ports.clock.now() + LOOK_AT_SWITCH_MS;
    }
    const rate = await waitForRate(api, ports.clock);
    if (rate.kind === 'rest') return { ...rate, whole: true };

    const request = await beginNextRequest(session);
    if (request.asked.length > 0) {
      const until = await sendRequest(session, request.asked);
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
  return { kind: 'more' };
}

/** Paused, removed, or the application was uninstalled: another serving decides about the rest. */
async function isSwitchedOff({ ports, portal }: Session): Promise<boolean> {
  const state = await ports.portals.read(portal);
  return state === null || state.paused || state.uninstalledAt !== undefined;
}

/** Waits until then, if that is soon. */
async function waitUntil({ ports: { clock } }: Session, until: number): Promise<boolean> {
  const ms = until - clock.now();
  if (ms >= SHORT_MS) return false;
  if (ms > 0) await clock.sleep(ms);
  return true;
}
