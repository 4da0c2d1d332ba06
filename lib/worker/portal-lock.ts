import { LOCK_MARGIN_MS, LOCK_TERM_MS } from './policy.ts';
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
  /** Makes sure that the lock lasts for the next request; throws LockLost. */
  renewIfNeeded(): Promise<void>;
};

/**
 * Takes the lock of a portal; null: another worker has it. The message group of its wake-ups gives a portal one worker
 * already (D§2); the lock is for when that fails: a wake-up that was redriven by hand, a visibility time-out that ran out, a
 * process that was paused.
 *
 *   A  lock until 60 ── paused ──────────────────────── renew: not mine any more, nothing is sent
 *   B        lock: no ─ later ─ lock at 61: mine ── renew ── change ── …
 */
export async function acquireLock(
  { portals, clock, randomId }: Pick<WorkerPorts, 'portals' | 'clock' | 'randomId'>,
  portal: string,
  begun: number,
): Promise<HeldLock | null> {
  const owner = randomId();
  let until = clock.now() + LOCK_TERM_MS;
  if (!(await portals.beginServing(portal, { owner, until }, begun, clock.now()))) return null;
  return {
    owner,
    async renewIfNeeded() {
      if (until - clock.now() >= LOCK_MARGIN_MS) return;
      until = clock.now() + LOCK_TERM_MS;
      if (!(await portals.keepServing(portal, { owner, until }))) throw new LockLost();
    },
  };
}
