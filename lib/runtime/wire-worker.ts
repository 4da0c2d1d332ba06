import { randomUUID } from 'node:crypto';
import { type AwsStores, awsStores } from '../aws/aws-stores.ts';
import { isLasting } from '../aws/is-lasting.ts';
import { isTransient } from '../aws/is-transient.ts';
import { RATES } from '../bitrix24/limits.ts';
import { WORKER_REQUEST_TIMEOUT_MS } from '../bitrix24/policy.ts';
import { gotRestClient } from '../bitrix24/rest/got-rest-client.ts';
import { type OauthClient, oauthClient } from '../bitrix24/rest/oauth-client.ts';
import type { RestClient } from '../bitrix24/rest/rest-call.ts';
import { cleanupPlanners } from '../cleanup/cleanup-planners.ts';
import { ruleAwareOutcomeStore } from '../cleanup/rule-aware-outcome-store.ts';
import { planRegister } from '../installation/plan-register.ts';
import { planUnbind } from '../jobs/plan-unbind.ts';
import { NOTHING_LEFT } from '../jobs/planner.ts';
import type { WakeUpQueue } from '../jobs/wake-portal.ts';
import { grantCache } from '../portal/grant-cache.ts';
import { openPortal } from '../portal/open-portal.ts';
import type { WorkerPorts } from '../worker/worker-ports.ts';
import type { Runtime } from './runtime.ts';

/** Everything that the worker does outside its process goes through one of these. */
export type Ports = AwsStores & { readonly client: RestClient; readonly oauth: OauthClient };

export const portsOf = ({ config, clock }: Runtime): Ports => ({
  ...awsStores(config, { clock }),
  client: gotRestClient({ clock, timeoutMs: WORKER_REQUEST_TIMEOUT_MS, allowHttp: config.allowHttp }),
  oauth: oauthClient({ hosts: config.oauthHosts }),
});

/** What the worker needs, and the queue of its wake-ups. Tests pass `ports` of their own. */
export function wireWorker(
  runtime: Runtime,
  ports: Ports = portsOf(runtime),
): { readonly worker: WorkerPorts; readonly wakeUps: WakeUpQueue } {
  const { config, log, clock } = runtime;
  const { grants: store, jobs, outcomes, intents, portals, leases, wakeUps, client, oauth } = ports;
  const portalDeps = {
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
    outcomes: ruleAwareOutcomeStore(outcomes, ports),
    lastChanges: ports.ownChanges,
    intents,
    portals,
    planners: {
      unbind: planUnbind,
      ...cleanupPlanners(ports, clock, log),
      register: planRegister(() => config.publicUrl, log),
      explain: async () => NOTHING_LEFT,
    },
    waitDays: config.waitDays,
    isTransient,
    isLasting,
    openPortal: ({ portal, budget, plan, stoppedMethods }) =>
      openPortal({ ...portalDeps, memberId: portal, budget, rate: RATES[plan], stoppedMethods }),
    clock,
    random: Math.random,
    randomId: randomUUID,
    log,
  };
  return { worker, wakeUps };
}
