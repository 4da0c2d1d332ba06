import type { PortalState } from '../../../lib/portal/portal-store.ts';

/** A portal right after it was added. */
export const fresh = (portal: string): PortalState => ({
  portal,
  addedAt: 1000,
  paused: false,
  stop: null,
  budget: null,
  plan: 'standard',
  epoch: 0,
  begun: 0,
  lockedUntil: null,
  wokenAt: null,
  nextWakeAt: null,
  restsUntil: null,
});

export const STOP = { code: 'GRANT_DEAD', since: 5, probeAt: 9, probes: 1 };
export const LOCK = { owner: 'one', until: 60_000 };
export const BUDGET = { level: 3.5, at: 7, resting: { 'crm.activity.binding.delete': 99 } };
/** How a worker leaves a portal that has nothing to do. */
export const END = { budget: BUDGET, begun: 0, nextWakeAt: null, restsUntil: null };
