import pMap from 'p-map';
import { errorName, type Log } from '../log.ts';
import type { Grant } from './grant.ts';
import type { PortalState, PortalStore } from './portal-store.ts';
import { type RefreshDeps, refreshGrant } from './refresh-grant.ts';

export type RenewIdleDeps = Omit<RefreshDeps, 'memberId'> & {
  readonly portals: Pick<PortalStore, 'list' | 'setStop'>;
  readonly log: Log;
};

const DAY_MS = 86_400_000;
/** A refresh token lives 180 days (B§4.1). A month is left for what may go wrong. */
export const IDLE_DAYS = 150;
export const GRANT_DAYS = 180;
/** Each costs a read of its secret. */
const PORTALS_AT_ONCE = 5;
/** When a portal that was stopped is tried again for the first time (D§3). */
const FIRST_PROBE_MS = 900_000;

/** For how long the pair of tokens has not been renewed, in days; null: that is no question of this grant. */
export function idleDays(grant: Grant, { addedAt }: Pick<PortalState, 'addedAt'>, now: number): number | null {
  if (grant.kind === 'webhook') return null;
  const issuedAt = Date.parse(grant.issuedAt ?? '');
  return (now - (Number.isNaN(issuedAt) ? addedAt : issuedAt)) / DAY_MS;
}

/**
 * Renews the grants of portals that were not called for so long that their tokens would end (D§4), those of paused and
 * stopped portals as well: the OAuth server is asked, not the portal. All other grants are left alone: Bitrix24 may block
 * an application that refreshes by a schedule (B§4.1).
 */
export async function renewIdleGrants(deps: RenewIdleDeps): Promise<void> {
  await pMap(deps.portals.list(), (state) => lookAfter(deps, state), { concurrency: PORTALS_AT_ONCE });
}

async function lookAfter(deps: RenewIdleDeps, state: PortalState): Promise<void> {
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
  if (stored === null || (idleDays(stored.grant, state, clock.now()) ?? 0) < IDLE_DAYS) return;

  const renewal = await refreshGrant({ ...deps, memberId: portal }, stored);
  if (renewal.kind === 'renewed') log.info('grant_renewed', { portal });
  if (renewal.kind === 'later') log.warn('renewal_failed', { portal, reason: renewal.reason });
  if (renewal.kind !== 'dead') return;
  log.error('renewal_failed', { portal, code: renewal.code, alarm: state.stop === null });
  const now = clock.now();
  const stop = { code: renewal.code, since: now, probeAt: now + FIRST_PROBE_MS, probes: 0 };
  if (state.stop === null) await portals.setStop(portal, stop);
}
