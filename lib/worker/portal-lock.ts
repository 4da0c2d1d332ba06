import type { PortalState } from '../portal/portal-store.ts';
import { CLOCK_SKEW_MS, LOCK_MARGIN_MS, LOCK_TERM_MS } from './policy.ts';
import type { WorkerPorts } from './worker-ports.ts';

/** Another worker serves the portal now: this one must change nothing more of it. */
export class LockLost extends Error {
  constructor() {
    super('another worker serves the portal');
    this.name = 'LockLost';
  }
}

/** This worker's right to be the only one that serves the portal. */
export type HeldLock = {
  readonly owner: string;
  /** The portal's row as it was when the lock was taken. */
  readonly state: PortalState;
  /** Makes sure that the lock lasts for the next request; throws LockLost. */
  renewIfNeeded(): Promise<void>;
  /** Renews it because the portal was woken meanwhile. Returns the row; throws LockLost. */
  continue(): Promise<PortalState>;
};

/**
 * Takes the lock of a portal; null: another worker has it, or the portal is not known. Two workers can come here at any time:
 * each trigger may send a wake-up, the queue may repeat one, and a process may be frozen.
 *
 *   A  lock until 60 ── frozen ──────────────────────── renew: not mine any more, nothing is sent
 *   B        lock: no ─ later ─ lock at 66: mine ── renew ── change ── …
 *
 * Each of them reads its own clock, so B waits some seconds more than A's lock says.
 */
export async function acquireLock(
  { portals, clock, randomId }: Pick<WorkerPorts, 'portals' | 'clock' | 'randomId'>,
  portal: string,
): Promise<HeldLock | null> {
  const owner = randomId();
  let until = 0;
  const renewed = () => {
    until = clock.now() + LOCK_TERM_MS;
    return { owner, until };
  };
  const state = await portals.beginServing(portal, renewed(), clock.now() - CLOCK_SKEW_MS);
  if (state === null) return null;
  return {
    owner,
    state,
    async renewIfNeeded() {
      if (until - clock.now() >= LOCK_MARGIN_MS) return;
      if (!(await portals.keepServing(portal, renewed()))) throw new LockLost();
    },
    async continue() {
      const current = await portals.continueServing(portal, renewed());
      if (current === null) throw new LockLost();
      return current;
    },
  };
}
