import type { AwsStores } from '../aws/aws-stores.ts';
import { oauthClient } from '../bitrix24/rest/oauth-client.ts';
import type { ConfirmInstallsMeans } from '../installation/confirm-installs.ts';
import { grantCache } from '../portal/grant-cache.ts';
import type { World } from './runtime.ts';

type Means = Pick<World, 'config' | 'clock'> & { readonly stores: AwsStores; readonly randomId: () => string };

/** What the schedule and commands need to renew, confirm and store grants, and to welcome their portals. */
export function grantMeans({ config, stores, clock, randomId }: Means): ConfirmInstallsMeans & {
  readonly grants: ReturnType<typeof grantCache>;
  readonly portals: AwsStores['portals'];
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
