import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { type IdleMeans, renewIdleGrants } from '../portal/renew-idle-grants.ts';
import type { KeptEntry } from './admit-pending-grant.ts';
import { type ConfirmInstallsMeans, confirmInstalls } from './confirm-installs.ts';

export type TendMeans = IdleMeans & ConfirmInstallsMeans & { readonly log: Log };

/** What the schedule does for grants: every minute what waits for its confirmation, once a day what idles (D§4). */
export async function tendGrants(means: TendMeans, often: 'minute' | 'day'): Promise<void> {
  if (often === 'day') {
    await renewIdleGrants(means);
    return;
  }
  for await (const { portal, status, code } of confirmInstalls(means, (entry) => isTriedNow(entry, means.clock))) {
    means.log.info('install_tried_again', { portal, status, code });
  }
}

const MINUTE_MS = 60_000;

/** After 1, 2, 4, 8 … minutes: soon after a short silence of the OAuth server, and rarely for what is of no use. */
function isTriedNow({ keptAt }: KeptEntry, clock: Clock): boolean {
  const minutes = Math.floor((clock.now() - keptAt) / MINUTE_MS);
  return minutes > 0 && Number.isInteger(Math.log2(minutes));
}
