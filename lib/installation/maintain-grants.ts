import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { type RenewIdleDeps, renewIdleGrants } from '../portal/renew-idle-grants.ts';
import type { PendingEntry } from './admit-pending-grant.ts';
import { type ConfirmInstallsDeps, confirmInstalls } from './confirm-installs.ts';

export type MaintainGrantsDeps = RenewIdleDeps & ConfirmInstallsDeps & { readonly log: Log };

/** What the schedule does for grants: every minute what waits for its confirmation, once a day what idles (D§4). */
export async function maintainGrants(deps: MaintainGrantsDeps, often: 'minute' | 'day'): Promise<void> {
  if (often === 'day') {
    await renewIdleGrants(deps);
    return;
  }
  for await (const { portal, status, code } of confirmInstalls(deps, (entry) => isTriedNow(entry, deps.clock))) {
    deps.log.info('install_tried_again', { portal, status, code });
  }
}

const MINUTE_MS = 60_000;

/** After 1, 2, 4, 8 … minutes: soon after a short silence of the OAuth server, and rarely for what is of no use. */
function isTriedNow({ keptAt }: PendingEntry, clock: Clock): boolean {
  const minutes = Math.floor((clock.now() - keptAt) / MINUTE_MS);
  return minutes > 0 && Number.isInteger(Math.log2(minutes));
}
