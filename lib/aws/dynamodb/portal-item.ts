import type { PortalState } from '../../portal/portal-store.ts';

/**
 * A portal's row as it is stored. `wakePending` is when a wake-up was asked for, `wakeId` by whom; `servedBy` and
 * `servedUntil` are the lock. `removed`: the portal was removed, and only its epoch is left.
 */
export type PortalItem = {
  readonly portal: string;
  readonly kind: 'state';
  readonly wakePending?: number | null;
  readonly wakeId?: string;
  readonly servedBy?: string;
  readonly servedUntil?: number | null;
  readonly removed?: true;
} & Partial<Omit<PortalState, 'wokenAt' | 'lockedUntil'>>;

/** Everything about a pending wake-up. The last three are how it was stored while the queue was a FIFO one. */
export const WAKE_UP_ATTRIBUTES = ['wakePending', 'wakeId', 'rungAt', 'hiddenBell', 'restsWhole'] as const;

export const LOCK_ATTRIBUTES = ['servedBy', 'servedUntil'] as const;

/** What is forgotten of a removed portal: all but its key and its epoch. */
export const FORGOTTEN_ATTRIBUTES = [
  ...WAKE_UP_ATTRIBUTES,
  ...LOCK_ATTRIBUTES,
  'addedAt',
  'paused',
  'stop',
  'budget',
  'plan',
  'begun',
  'nextWakeAt',
  'restsUntil',
  'uninstalledAt',
  'announcedAt',
] as const;

/** The row's state; what was never written has its default. */
export function portalStateOf({
  portal,
  addedAt = 0,
  paused = false,
  stop = null,
  budget = null,
  plan = 'standard',
  epoch = 0,
  begun = 0,
  servedUntil: lockedUntil = null,
  wakePending: wokenAt = null,
  nextWakeAt = null,
  restsUntil = null,
  uninstalledAt,
  announcedAt,
}: PortalItem): PortalState {
  const uninstalled = uninstalledAt === undefined ? {} : { uninstalledAt };
  const announced = announcedAt === undefined ? {} : { announcedAt };
  const serving = { epoch, begun, lockedUntil, wokenAt, nextWakeAt, restsUntil };
  return { portal, addedAt, paused, stop, budget, plan, ...serving, ...uninstalled, ...announced };
}
