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

const TROUBLE_ATTRIBUTES = ['trouble', 'stoppedMethods'] as const;

/** The attributes of trouble that a row must not have any more. */
export const absentIn = (now: Pick<PortalState, 'trouble' | 'stoppedMethods'>): string[] =>
  TROUBLE_ATTRIBUTES.filter((name) => now[name] === undefined);

/** Why a portal was not called, and until when. */
export const FORGOTTEN_BY_A_RESTART = ['stop', 'trouble', 'stoppedMethods', 'restsUntil'] as const;

/** What is forgotten of a removed portal: all but its key and its epoch. */
export const FORGOTTEN_ATTRIBUTES = [
  ...WAKE_UP_ATTRIBUTES,
  ...LOCK_ATTRIBUTES,
  ...TROUBLE_ATTRIBUTES,
  'addedAt',
  'paused',
  'stop',
  'budget',
  'plan',
  'begun',
  'idleTurns',
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
  restarts,
  budget = null,
  plan = 'standard',
  epoch = 0,
  begun = 0,
  idleTurns = 0,
  servedUntil: lockedUntil = null,
  wakePending: wokenAt = null,
  nextWakeAt = null,
  restsUntil = null,
  uninstalledAt,
  announcedAt,
  trouble,
  stoppedMethods,
}: PortalItem): PortalState {
  const uninstalled = uninstalledAt === undefined ? {} : { uninstalledAt };
  const announced = announcedAt === undefined ? {} : { announcedAt };
  const troubles = { ...(trouble && { trouble }), ...(stoppedMethods && { stoppedMethods }) };
  const serving = { epoch, begun, idleTurns, lockedUntil, wokenAt, nextWakeAt, restsUntil };
  const restarted = restarts === undefined ? {} : { restarts };
  const noted = { ...uninstalled, ...announced, ...restarted, ...troubles };
  return { portal, addedAt, paused, stop, budget, plan, ...serving, ...noted };
}
