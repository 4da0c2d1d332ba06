import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { type RenewIdleDeps, renewIdleGrants } from '../portal/renew-idle-grants.ts';
import { type ConfirmPendingGrantsDeps, confirmPendingGrants } from './confirm-pending-grants.ts';
import type { PendingEntry } from './pending-grant.ts';

export type MaintainGrantsDeps = RenewIdleDeps & ConfirmPendingGrantsDeps & { readonly log: Log };

/**
 * The schedule's work on grants: every minute it confirms pending ones, every day it renews those of idle portals (D§4).
 */
export async function maintainGrants(deps: MaintainGrantsDeps, every: 'minute' | 'day'): Promise<void> {
  if (every === 'day') {
    await renewIdleGrants(deps);
    return;
  }
  for await (const { portal, status, code } of confirmPendingGrants(deps, (entry) => isTriedNow(entry, deps.clock))) {
    deps.log.info('install_tried_again', { portal, status, code });
  }
}

const MINUTE_MS = 60_000;

/**
 * After 1, 2, 4, 8 … minutes: soon after a short outage of the OAuth server, and rarely for what will never be confirmed.
 */
function isTriedNow({ keptAt }: PendingEntry, clock: Clock): boolean {
  const minutes = Math.floor((clock.now() - keptAt) / MINUTE_MS);
  return minutes > 0 && Number.isInteger(Math.log2(minutes));
}
