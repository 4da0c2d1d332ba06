import type { InboundAuth } from '../bitrix24/inbound-auth.ts';
import { errorName } from '../log.ts';
import type { PortalStore } from '../portal/portal-store.ts';
import { ACCEPTED, type Ingress, type Reply, UNKNOWN_SENDER } from './ingress.ts';
import { ring } from './ring.ts';

export type UninstallIngress = Pick<Ingress, 'verify' | 'ringing' | 'clock' | 'log'> & {
  readonly portals: Pick<PortalStore, 'setUninstalled'>;
  /** Deletes the grant of a portal, with the store's recovery window. */
  readonly forgetGrant: (memberId: string) => Promise<void>;
};

/**
 * The application token is the only proof of a removal (B§7.3), and all rights are gone already (B§7.1). The row is marked
 * first: whatever happens next, the portal's jobs are ended by its worker, which is rung for that.
 */
export async function uninstalled(auth: InboundAuth, ingress: UninstallIngress): Promise<Reply> {
  if (!(await ingress.verify(auth))) return UNKNOWN_SENDER;
  const portal = auth.memberId;
  await ingress.portals.setUninstalled(portal, ingress.clock.now());
  await ingress.forgetGrant(portal);
  ingress.log.info('portal_uninstalled', { portal });
  await ring(portal, ingress.ringing).catch((error: unknown) =>
    ingress.log.warn('bell_failed', { portal, error: errorName(error) }),
  );
  return ACCEPTED;
}
