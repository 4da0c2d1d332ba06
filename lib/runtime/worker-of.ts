import { randomUUID } from 'node:crypto';
import { type AwsStores, awsStores } from '../aws/aws-stores.ts';
import { isTransient } from '../aws/is-passing.ts';
import { gotRestClient } from '../bitrix24/rest/got-rest-client.ts';
import { type OauthClient, oauthClient } from '../bitrix24/rest/oauth-client.ts';
import { RATES } from '../bitrix24/rest/rate-budget.ts';
import type { RestClient } from '../bitrix24/rest/rest-client.ts';
import { cleanupPlanners } from '../cleanup/cleanup-planners.ts';
import { portalRules } from '../cleanup/rules/portal-rules.ts';
import { ruleAwareOutcomeStore } from '../cleanup/rules/rule-aware-outcome-store.ts';
import { planRegister } from '../installation/plan-register.ts';
import { planUnbind } from '../jobs/plan-unbind.ts';
import { NOTHING_LEFT } from '../jobs/planner.ts';
import type { WakeUpQueue } from '../jobs/wake-portal.ts';
import { grantCache } from '../portal/grant-cache.ts';
import { openPortal } from '../portal/open-portal.ts';
import type { WorkerPorts } from '../worker/worker-ports.ts';
import type { Runtime } from './runtime.ts';

/** Leaves a function of 90 s time for the request that it began last (D§2); what is cut off is settled by reading. */
const REQUEST_MS = 30_000;

/** Everything the worker does to the world goes through one of these. */
export type Ports = AwsStores & { readonly client: RestClient; readonly oauth: OauthClient };

export const portsOf = ({ config, clock }: Runtime): Ports => ({
  ...awsStores(config, { clock }),
  client: gotRestClient({ clock, timeoutMs: REQUEST_MS, allowHttp: config.allowHttp }),
  oauth: oauthClient({ hosts: config.oauthHosts }),
});

/** The worker's engine and the queue of its bells. */
export function workerOf(
  runtime: Runtime,
  ports: Ports = portsOf(runtime),
): { readonly worker: WorkerPorts; readonly wakeUps: WakeUpQueue } {
  const { config, log, clock } = runtime;
  const { grants: store, jobs, outcomes, intents, portals, leases, wakeUps, client, oauth } = ports;
  const access = {
    store,
    grants: grantCache(store, clock),
    leases,
    client,
    oauth,
    clock,
    randomId: randomUUID,
    allowHttp: config.allowHttp,
  };
  const worker: WorkerPorts = {
    jobs,
    outcomes: ruleAwareOutcomeStore(outcomes, { ...ports, rulesOf: portalRules(portals, log) }),
    intents,
    portals,
    planners: {
      unbind: planUnbind,
      ...cleanupPlanners(ports, clock, log),
      register: planRegister(() => config.publicUrl, log),
      explain: async () => NOTHING_LEFT,
    },
    isTransient,
    openPortal: ({ portal, budget, plan }) => openPortal({ ...access, memberId: portal, budget, rate: RATES[plan] }),
    clock,
    random: Math.random,
    randomId: randomUUID,
    log,
  };
  return { worker, wakeUps };
}
