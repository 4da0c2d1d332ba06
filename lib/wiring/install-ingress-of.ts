import { awsStores } from '../aws/aws-stores.ts';
import { oauthClient } from '../bitrix24/oauth-client.ts';
import { grantCache } from '../portal/grant-cache.ts';
import { installPortal } from '../portal/install-portal.ts';
import { verifySender } from '../portal/verify-sender.ts';
import type { InstallIngress } from '../unbind/receive-install.ts';
import type { World } from './world.ts';

export function installIngressOf({ config, log, clock }: World): InstallIngress {
  const { grants: store, jobs, portals, bells } = awsStores(config, { clock });
  const grants = grantCache(store, clock);
  const { oauthHosts, allowHttp } = config;
  const oauth = oauthClient({ hosts: oauthHosts });
  return {
    verify: async (auth) => (await verifySender(grants, auth, clock)).kind === 'verified',
    install: (install) => installPortal({ store, grants, oauth, clock, allowHttp }, install),
    async uninstall(memberId) {
      await store.remove(memberId);
      grants.forget(memberId);
    },
    jobs,
    portals,
    ringing: { portals, bells, clock },
    clock,
    log,
  };
}
