import { awsStores } from '../aws/aws-stores.ts';
import type { Ingress } from '../inbound/accept-job.ts';
import type { UninstallIngress } from '../inbound/receive-uninstall.ts';
import { grantCache } from '../portal/grant-cache.ts';
import { rateLimitedGrantStore } from '../portal/rate-limited-grant-store.ts';
import { verifySender } from '../portal/verify-sender.ts';
import { grantRemoval } from './grant-removal.ts';
import type { Runtime } from './runtime.ts';

/** What the robot and event functions need. No REST client is among it: that would add 40 ms to every cold start. */
export function wireIngress({ config, log, clock }: Runtime): Ingress & UninstallIngress {
  const { grants: store, jobs, portals, wakeUps } = awsStores(config, { clock });
  const isListed = async (memberId: string) => (await portals.read(memberId)) !== null;
  const grants = grantCache(rateLimitedGrantStore({ store, isListed, clock }), clock);
  return {
    verify: async (auth) => (await verifySender(grants, auth)).kind === 'verified',
    forget: grants.forget,
    ...grantRemoval(store, grants),
    jobs,
    portals,
    wakeDeps: { portals, wakeUps, clock },
    clock,
    log,
  };
}
