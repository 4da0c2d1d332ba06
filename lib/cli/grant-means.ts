import { oauthClient } from '../bitrix24/oauth-client.ts';
import { grantCache } from '../portal/grant-cache.ts';
import type { ConfirmInstallsMeans } from '../unbind/confirm-installs.ts';
import type { CommandMeans } from './command-means.ts';

/** What a command needs to renew, confirm and store grants, and to welcome their portals. */
export function grantMeans({ config, stores, clock, randomId }: CommandMeans): ConfirmInstallsMeans & {
  readonly grants: ReturnType<typeof grantCache>;
} {
  const { grants: store, unconfirmed, leases, jobs, portals, bells } = stores;
  return {
    store,
    unconfirmed,
    leases,
    jobs,
    portals,
    ringing: { portals, bells, clock },
    grants: grantCache(store, clock),
    oauth: oauthClient({ hosts: config.oauthHosts }),
    allowHttp: config.allowHttp,
    randomId,
    clock,
  };
}
