import { awsStores } from '../aws/aws-stores.ts';
import { oauthClient, oauthHostOf } from '../bitrix24/rest/oauth-client.ts';
import type { InstallIngress } from '../inbound/receive-install.ts';
import { installPortal } from '../installation/install-portal.ts';
import { shieldInstall } from '../installation/rate-limited-install.ts';
import { grantCache } from '../portal/grant-cache.ts';
import { shieldStore } from '../portal/rate-limited-grant-store.ts';
import { verifySender } from '../portal/verify-sender.ts';
import { grantRemoval } from './grant-removal.ts';
import type { World } from './runtime.ts';

export function installIngressOf({ config, log, clock }: World): InstallIngress {
  const { grants: store, unconfirmed, jobs, portals, bells } = awsStores(config, { clock });
  const isListed = async (memberId: string) => (await portals.read(memberId)) !== null;
  const grants = grantCache(shieldStore({ store, isListed, clock }), clock);
  const { oauthHosts, allowHttp } = config;
  const oauth = oauthClient({ hosts: oauthHosts });
  return {
    verify: async (auth) => (await verifySender(grants, auth, clock)).kind === 'verified',
    install: shieldInstall({
      isTrusted: (serverEndpoint) => oauthHostOf(serverEndpoint, oauthHosts) !== undefined,
      install: (install) => installPortal({ store, portals, unconfirmed, grants, oauth, clock, allowHttp }, install),
      clock,
    }),
    ...grantRemoval(store, grants),
    jobs,
    portals,
    ringing: { portals, bells, clock },
    clock,
    log,
  };
}
