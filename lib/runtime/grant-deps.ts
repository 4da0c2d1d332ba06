import type { AwsStores } from '../aws/aws-stores.ts';
import { oauthClient } from '../bitrix24/rest/oauth-client.ts';
import type { ConfirmInstallsDeps } from '../installation/confirm-installs.ts';
import { grantCache } from '../portal/grant-cache.ts';
import type { Runtime } from './runtime.ts';

type Deps = Pick<Runtime, 'config' | 'clock'> & { readonly stores: AwsStores; readonly randomId: () => string };

/** What the schedule and commands need to renew, confirm and store grants, and to welcome their portals. */
export function grantDeps({ config, stores, clock, randomId }: Deps): ConfirmInstallsDeps & {
  readonly grants: ReturnType<typeof grantCache>;
  readonly portals: AwsStores['portals'];
} {
  const { grants: store, unconfirmed, leases, jobs, portals, wakeUps } = stores;
  return {
    store,
    unconfirmed,
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
