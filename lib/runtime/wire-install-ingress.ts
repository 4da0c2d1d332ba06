import { awsStores } from '../aws/aws-stores.ts';
import { oauthClient, oauthHostOf } from '../bitrix24/rest/oauth-client.ts';
import type { InstallIngress } from '../inbound/receive-install.ts';
import { installPortal } from '../installation/install-portal.ts';
import { rateLimitedInstall } from '../installation/rate-limited-install.ts';
import { grantCache } from '../portal/grant-cache.ts';
import { rateLimitedGrantStore } from '../portal/rate-limited-grant-store.ts';
import { verifySender } from '../portal/verify-sender.ts';
import { grantRemoval } from './grant-removal.ts';
import type { Runtime } from './runtime.ts';

/** What the install function needs: as `wireIngress`, and the OAuth server to prove installations. */
export function wireInstallIngress({ config, log, clock }: Runtime): InstallIngress {
  const { grants: store, pendingGrants, jobs, portals, wakeUps } = awsStores(config, { clock });
  const isListed = async (memberId: string) => (await portals.read(memberId)) !== null;
  const grants = grantCache(rateLimitedGrantStore({ store, isListed, clock }), clock);
  const { oauthHosts, allowHttp } = config;
  const oauth = oauthClient({ hosts: oauthHosts });
  return {
    verify: async (auth) => (await verifySender(grants, auth)).kind === 'verified',
    install: rateLimitedInstall({
      isTrusted: (serverEndpoint) => oauthHostOf(serverEndpoint, oauthHosts) !== undefined,
      install: (install) => installPortal({ store, portals, pendingGrants, grants, oauth, clock, allowHttp }, install),
      clock,
    }),
    forget: grants.forget,
    ...grantRemoval(store, grants),
    jobs,
    portals,
    wakeDeps: { portals, wakeUps, clock },
    clock,
    log,
  };
}
