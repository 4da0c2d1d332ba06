import type { InboundEvent } from '../bitrix24/inbound/inbound-event.ts';
import { wakePortal } from '../jobs/wake-portal.ts';
import { errorName } from '../log.ts';
import type { PortalState, PortalStore } from '../portal/portal-store.ts';
import { ACCEPTED, IGNORED, type Ingress, type Reply, UNKNOWN_SENDER } from './accept-job.ts';

export type UninstallIngress = Pick<Ingress, 'verify' | 'wakeDeps' | 'clock' | 'log'> & {
  readonly portals: Pick<PortalStore, 'read' | 'markRemoved'>;
  /** Deletes the grant of a portal, with the store's recovery window. */
  readonly forgetGrant: (memberId: string) => Promise<void>;
  /** Takes that back. */
  readonly restoreGrant: (memberId: string) => Promise<void>;
};

export type Removal = Pick<InboundEvent, 'auth' | 'builtAt'>;

/**
 * The application token is the only proof of a removal (B§7.3), and all rights are gone already (B§7.1). The row is marked
 * first: whatever happens next, the portal's jobs are ended by its worker, which is rung for that.
 */
export async function uninstalled(removal: Removal, ingress: UninstallIngress): Promise<Reply> {
  if (!(await ingress.verify(removal.auth))) return UNKNOWN_SENDER;
  const portal = removal.auth.memberId;
  if (!(await carriedOut(removal, ingress))) {
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
 * False: the application was installed again since, and all is as that has left it.
 *
 *   in order      I1 ─ R ─ I2     R takes the grant of I1, I2 brings another
 *   R is late     I1 ─ I2 ─ R     the token is the same, the grant is that of I2: R is left alone by its time
 *   both at once  R: marked ─────────────────────── grant deleted ─ looks again: the time of I2 ─ grant restored
 *                 I2: ······· time noted ─ grant stored ─ mark taken away
 *   I1 is late    R ─ I1          I1 has to prove itself as always, and its tokens ended with R: it is refused, or kept and
 *                                 refused later (D§4). Should the OAuth host still vouch for it, the first call of the portal
 *                                 stops it (B§8.4). So the time of R need not be remembered: that could only keep out an
 *                                 installation that is in force, and none is sent twice (B§5.1).
 */
async function carriedOut({ auth, builtAt }: Removal, ingress: UninstallIngress): Promise<boolean> {
  const { memberId } = auth;
  const isStalePlan = (state: PortalState | null) => isLate(builtAt, state?.announcedAt);

  if (!(await marked(memberId, isStalePlan, ingress))) return false;
  await ingress.forgetGrant(memberId);

  if (!isStalePlan(await ingress.portals.read(memberId))) return true;
  await ingress.restoreGrant(memberId);
  return false;
}

/** Of a portal without a row nothing is known that could be newer. */
async function marked(
  portal: string,
  isStalePlan: (state: PortalState | null) => boolean,
  { portals, clock }: UninstallIngress,
): Promise<boolean> {
  for (;;) {
    const state = await portals.read(portal);
    if (isStalePlan(state)) return false;
    if (state === null || (await portals.markRemoved(portal, clock.now(), state.announcedAt ?? null))) return true;
  }
}

/** Far more than a queue keeps anything. */
const LATEST_MS = 7 * 86_400_000;

/**
 * Both times are the same portal's. Without them, or when they are further apart than any delivery takes, a clock was wrong
 * and nothing is known: then the removal holds, which has the token to prove it.
 */
function isLate(builtAt: number | null, announcedAt: number | undefined): boolean {
  if (builtAt === null || announcedAt === undefined) return false;
  return builtAt < announcedAt && announcedAt - builtAt <= LATEST_MS;
}
