import pMap from 'p-map';
import { errorName, type Log } from '../log.ts';
import type { Grant } from './grant.ts';
import { readableGrant } from './grant-store.ts';
import { FIRST_PROBE_MS, RENEW_IDLE_DAYS, RENEWALS_AT_ONCE } from './policy.ts';
import type { PortalState, PortalStore } from './portal-store.ts';
import { type RefreshDeps, refreshGrant } from './refresh-grant.ts';

export type RenewIdleDeps = Omit<RefreshDeps, 'memberId'> & {
  readonly portals: Pick<PortalStore, 'list' | 'setStop'>;
  readonly log: Log;
};

const DAY_MS = 86_400_000;

/** For how many days the tokens have not been renewed; null for a webhook, which has none. `now` in ms. */
export function idleDays(grant: Grant, { addedAt }: Pick<PortalState, 'addedAt'>, now: number): number | null {
  if (grant.kind === 'webhook') return null;
  const issuedAt = Date.parse(grant.issuedAt ?? '');
  return (now - (Number.isNaN(issuedAt) ? addedAt : issuedAt)) / DAY_MS;
}

/**
 * Renews the grants of portals that were not called for so long that their tokens would soon expire (D§4). That includes
 * paused and stopped portals, as the OAuth server is asked and not the portal. All other grants are left alone: Bitrix24
 * may block an application that refreshes tokens on a schedule (B§4.1).
 */
export async function renewIdleGrants(deps: RenewIdleDeps): Promise<void> {
  await pMap(deps.portals.list(), (state) => renewOrReport(deps, state), { concurrency: RENEWALS_AT_ONCE });
}

async function renewOrReport(deps: RenewIdleDeps, state: PortalState): Promise<void> {
  if (state.uninstalledAt !== undefined || state.stop?.code === 'GRANT_DEAD') return;
  try {
    await renewIfIdle(deps, state);
  } catch (error) {
    deps.log.error('renewal_failed', { portal: state.portal, error: errorName(error) });
  }
}

async function renewIfIdle(deps: RenewIdleDeps, state: PortalState): Promise<void> {
  const { portal } = state;
  const { clock, grants, portals, log } = deps;
  const stored = await grants.fresh(portal);
  const grant = readableGrant(stored);
  if (stored === null || grant === null || (idleDays(grant, state, clock.now()) ?? 0) < RENEW_IDLE_DAYS) return;

  const renewal = await refreshGrant({ ...deps, memberId: portal }, stored);
  if (renewal.kind === 'renewed') log.info('grant_renewed', { portal });
  if (renewal.kind === 'later') log.warn('renewal_failed', { portal, reason: renewal.reason });
  if (renewal.kind !== 'dead') return;
  log.error('renewal_failed', { portal, code: renewal.code, alarm: state.stop === null });
  const now = clock.now();
  const stop = { code: renewal.code, since: now, probeAt: now + FIRST_PROBE_MS, probes: 0 };
  if (state.stop === null) await portals.setStop(portal, stop, state.restarts ?? 0);
}
