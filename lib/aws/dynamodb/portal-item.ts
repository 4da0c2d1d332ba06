import type { PortalState } from '../../portal/portal-store.ts';

/**
 * A portal's row as it is stored. Wake-ups keep the names under which they have always been stored: `rungAt` is when one was
 * sent, `hiddenBell` the receipt handle of the one that a resting portal hides.
 */
export type PortalItem = {
  readonly portal: string;
  readonly kind: 'state';
  readonly rungAt?: number | null;
  readonly hiddenBell?: string;
  /** Only a person may wake the portal before its time. */
  readonly restsWhole?: boolean;
} & Partial<PortalState>;

/** The receipt handle of the hidden wake-up. */
export const hiddenWakeUpOf = ({ hiddenBell }: { readonly hiddenBell?: unknown }): string | null =>
  typeof hiddenBell === 'string' ? hiddenBell : null;

/** The row's state; what was never written has its default. */
export function portalStateOf({
  portal,
  addedAt = 0,
  paused = false,
  stop = null,
  restarts,
  budget = null,
  plan = 'standard',
  begun = 0,
  rungAt: wokenAt = null,
  uninstalledAt,
  announcedAt,
}: PortalItem): PortalState {
  const uninstalled = uninstalledAt === undefined ? {} : { uninstalledAt };
  const announced = announcedAt === undefined ? {} : { announcedAt };
  const restarted = restarts === undefined ? {} : { restarts };
  return { portal, addedAt, paused, stop, ...restarted, budget, plan, begun, wokenAt, ...uninstalled, ...announced };
}
