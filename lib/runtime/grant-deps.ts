import type { AwsStores } from '../aws/aws-stores.ts';
import { oauthClient } from '../bitrix24/rest/oauth-client.ts';
import type { ConfirmPendingGrantsDeps } from '../installation/confirm-pending-grants.ts';
import { grantCache } from '../portal/grant-cache.ts';
import type { Runtime } from './runtime.ts';

type Deps = Pick<Runtime, 'config' | 'clock'> & { readonly stores: AwsStores; readonly randomId: () => string };

/** What the schedule and the commands need to renew, confirm and store grants, and to put their portals into service. */
export function grantDeps({ config, stores, clock, randomId }: Deps): ConfirmPendingGrantsDeps & {
  readonly grants: ReturnType<typeof grantCache>;
  readonly portals: AwsStores['portals'];
} {
  const { grants: store, pendingGrants, leases, jobs, portals, wakeUps } = stores;
  return {
    store,
    pendingGrants,
    leases,
    jobs,
    portals,
    wakeDeps: { portals, wakeUps, clock },
    grants: grantCache(store, clock),
    oauth: oauthClient({ hosts: config.oauthHosts }),
    allowHttp: config.allowHttp,
    randomId,
    clock,
  };
}
