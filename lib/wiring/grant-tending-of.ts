import { randomUUID } from 'node:crypto';
import { awsStores } from '../aws/aws-stores.ts';
import { oauthClient } from '../bitrix24/oauth-client.ts';
import { grantCache } from '../portal/grant-cache.ts';
import type { TendMeans } from '../unbind/tend-grants.ts';
import type { World } from './world.ts';

export function grantTendingOf({ config, log, clock }: World): TendMeans {
  const { grants: store, unconfirmed, leases, jobs, portals, bells } = awsStores(config, { clock });
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
    randomId: randomUUID,
    clock,
    log,
  };
}
