import type { PortalStore } from '../portal/portal-store.ts';
import type { WorkerPorts } from './worker-ports.ts';

/** Another worker serves the portal now: nothing more of it may be changed here. */
export class LockLost extends Error {
  constructor() {
    super('another worker serves the portal');
    this.name = 'ClaimLost';
  }
}

/** This worker's right to be the portal's only one. */
export type HeldLock = {
  readonly owner: string;
  /** Sees to it that the claim lasts for the next request; throws ClaimLost. */
  hold(): Promise<void>;
};

/** Longer than a refresh, a request with its time-out, and what is stored after it. */
const LASTS_MS = 50_000;
const NEEDED_MS = 40_000;

/**
 * Claims a portal; null: another worker has it. The bells' group lock gives a portal one worker already (D§2); the claim holds
 * when that does not: a bell that was redriven by hand, a visibility time-out that ran out, a process that was paused.
 *
 *   A  claim until 60 ── paused ───────────────────────────── hold: not mine any more, nothing is sent
 *   B        claim: no ─ later ─ claim at 61: mine ── hold ── change ── …
 */
export async function acquireLock(
  { portals, clock, randomId }: Pick<WorkerPorts, 'portals' | 'clock' | 'randomId'>,
  portal: string,
  begun: number,
): Promise<HeldLock | null> {
  const owner = randomId();
  let until = clock.now() + LASTS_MS;
  if (!(await portals.beginServing(portal, { owner, until }, begun, clock.now()))) return null;
  return {
    owner,
    async hold() {
      if (until - clock.now() >= NEEDED_MS) return;
      until = clock.now() + LASTS_MS;
      if (!(await keep(portals, portal, owner, until))) throw new LockLost();
    },
  };
}

const keep = (portals: PortalStore, portal: string, owner: string, until: number): Promise<boolean> =>
  portals.keepServing(portal, { owner, until });
