import { randomUUID } from 'node:crypto';
import { awsStores } from '../aws/aws-stores.ts';
import { gotRestClient } from '../bitrix24/got-rest-client.ts';
import { oauthClient } from '../bitrix24/oauth-client.ts';
import { planActivityChanged, planElementChanged } from '../cleanup/plan-changes.ts';
import { planSweep } from '../cleanup/plan-sweep.ts';
import { storedRules } from '../cleanup/portal-rules.ts';
import { grantCache } from '../portal/grant-cache.ts';
import { openPortal } from '../portal/portal-access.ts';
import type { BellQueue } from '../unbind/bell-queue.ts';
import type { Engine } from '../unbind/engine.ts';
import { planRegister } from '../unbind/plan-register.ts';
import { planUnbind } from '../unbind/plan-unbind.ts';
import { NOTHING_LEFT } from '../unbind/planner.ts';
import type { World } from './world.ts';

/** Leaves a function of 90 s time for the request that it began last (D§2); what is cut off is settled by reading. */
const REQUEST_MS = 30_000;

/** The worker's engine and the queue of its bells. */
export function engineOf({ config, log, clock }: World): { readonly engine: Engine; readonly bells: BellQueue } {
  const { grants: store, jobs, outcomes, slices, portals, leases, bells } = awsStores(config, { clock });
  const { oauthHosts, allowHttp } = config;
  const rulesOf = storedRules(portals, log);
  const access = {
    store,
    grants: grantCache(store, clock),
    leases,
    client: gotRestClient({ clock, timeoutMs: REQUEST_MS, allowHttp }),
    oauth: oauthClient({ hosts: oauthHosts }),
    clock,
    randomId: randomUUID,
    allowHttp,
  };
  const engine: Engine = {
    jobs,
    outcomes,
    slices,
    portals,
    planners: {
      unbind: planUnbind,
      element_changed: planElementChanged(rulesOf, clock),
      activity_changed: planActivityChanged(rulesOf, clock),
      sweep: planSweep(rulesOf, clock),
      register: planRegister(() => config.publicUrl),
      explain: async () => NOTHING_LEFT,
    },
    openPortal: ({ portal, budget }) => openPortal({ ...access, memberId: portal, budget }),
    clock,
    random: Math.random,
    randomId: randomUUID,
    log,
  };
  return { engine, bells };
}
