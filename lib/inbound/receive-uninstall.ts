import type { InboundEvent } from '../bitrix24/inbound/inbound-event.ts';
import { LATEST_UNINSTALL_MS } from '../installation/policy.ts';
import { wakePortal } from '../jobs/wake-portal.ts';
import { errorName } from '../log.ts';
import type { PortalState, PortalStore } from '../portal/portal-store.ts';
import { ACCEPTED, IGNORED, type Ingress, type Reply, UNKNOWN_SENDER } from './accept-job.ts';

export type UninstallIngress = Pick<Ingress, 'verify' | 'wakeDeps' | 'clock' | 'log'> & {
  readonly portals: Pick<PortalStore, 'read' | 'markRemoved'>;
  /** Deletes the grant of a portal, with the store's recovery window. */
  readonly forgetGrant: (memberId: string) => Promise<void>;
  /** Takes the deletion back. */
  readonly restoreGrant: (memberId: string) => Promise<void>;
};

/** An uninstallation, as `readEvent` reads it. */
export type Uninstallation = Pick<InboundEvent, 'auth' | 'builtAt'>;

/**
 * Receives an uninstallation. The application token is its only proof (B§7.3), and all rights are gone already (B§7.1). The
 * portal's row is marked first: whatever happens next, its worker, which is woken for that, fails the jobs that are left.
 */
export async function receiveUninstall(event: Uninstallation, ingress: UninstallIngress): Promise<Reply> {
  if (!(await ingress.verify(event.auth))) return UNKNOWN_SENDER;
  const portal = event.auth.memberId;
  if (!(await removeGrant(event, ingress))) {
    ingress.log.warn('uninstall_outdated', { portal });
    return IGNORED;
  }
  ingress.log.info('portal_uninstalled', { portal });
  await wakePortal(portal, ingress.wakeDeps).catch((error: unknown) =>
    ingress.log.warn('bell_failed', { portal, error: errorName(error) }),
  );
  return ACCEPTED;
}

/**
 * Marks the row and deletes the grant. False: the application (I) was installed again after it was uninstalled (U), and
 * everything is as that installation has left it.
 *
 *   in order      I1 ─ U ─ I2     U deletes the grant of I1, I2 brings another
 *   U is late     I1 ─ I2 ─ U     the application token is the same, but the grant is that of I2: U is ignored for its time
 *   at once       U:  marked ────────────────────── grant deleted ─ looks again: the time of I2 ─ grant restored
 *                 I2: ······· time noted ─ grant stored ─ mark cleared
 *   I1 is late    U ─ I1          I1 has to prove itself as always, and its tokens ended with U: it is refused, or pending and
 *                                 refused later (D§4). Should the OAuth host still confirm it, the first call to the portal
 *                                 stops it (B§8.4). So the time of U need not be remembered: that could only keep out an
 *                                 installation that is in force, and none is sent twice (B§5.1).
 */
async function removeGrant({ auth, builtAt }: Uninstallation, ingress: UninstallIngress): Promise<boolean> {
  const { memberId } = auth;
  const isOutdated = (state: PortalState | null) => isLate(builtAt, state?.announcedAt);

  if (!(await markRemoved(memberId, isOutdated, ingress))) return false;
  await ingress.forgetGrant(memberId);

  if (!isOutdated(await ingress.portals.read(memberId))) return true;
  await ingress.restoreGrant(memberId);
  return false;
}

/** A portal without a row has no installation that could be newer. */
async function markRemoved(
  portal: string,
  isOutdated: (state: PortalState | null) => boolean,
  { portals, clock }: UninstallIngress,
): Promise<boolean> {
  for (;;) {
    const state = await portals.read(portal);
    if (isOutdated(state)) return false;
    if (state === null || (await portals.markRemoved(portal, clock.now(), state.announcedAt ?? null))) return true;
  }
}

/**
 * Both times are by the clock of the same portal. If one is missing, or they are further apart than any delivery takes,
 * nothing is known: then the uninstallation counts, as its token proves it.
 */
function isLate(builtAt: number | null, announcedAt: number | undefined): boolean {
  if (builtAt === null || announcedAt === undefined) return false;
  return builtAt < announcedAt && announcedAt - builtAt <= LATEST_UNINSTALL_MS;
}
