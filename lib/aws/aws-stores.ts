import type { OwnChanges } from '../cleanup/events/own-changes.ts';
import type { ExemptionStore } from '../cleanup/rules/exemption-store.ts';
import type { PlanStore } from '../cleanup/runs/plan-store.ts';
import type { RunStore } from '../cleanup/runs/run-store.ts';
import { type Clock, systemClock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { PendingGrantStore } from '../installation/pending-grant.ts';
import type { IntentStore } from '../jobs/intent.ts';
import type { JobStore } from '../jobs/job-store.ts';
import type { OutcomeStore } from '../jobs/outcome-store.ts';
import type { WakeUpQueue } from '../jobs/wake-portal.ts';
import type { GrantStore } from '../portal/grant-store.ts';
import type { LeaseStore } from '../portal/lease-store.ts';
import type { PortalStore } from '../portal/portal-store.ts';
import { type AwsClients, awsClients } from './aws-clients.ts';
import { DynamoExemptions } from './dynamodb/dynamo-exemptions.ts';
import { DynamoIntents } from './dynamodb/dynamo-intents.ts';
import { DynamoJobs } from './dynamodb/dynamo-jobs.ts';
import { DynamoLeases } from './dynamodb/dynamo-leases.ts';
import { DynamoOutcomes } from './dynamodb/dynamo-outcomes.ts';
import { DynamoOwnChanges } from './dynamodb/dynamo-own-changes.ts';
import { DynamoPendingGrantList } from './dynamodb/dynamo-pending-grant-list.ts';
import { DynamoPlans } from './dynamodb/dynamo-plans.ts';
import { DynamoPortals } from './dynamodb/dynamo-portals.ts';
import { DynamoRuns } from './dynamodb/dynamo-runs.ts';
import { SecretsManagerGrants } from './secrets/secrets-manager-grants.ts';
import { SecretsManagerPendingGrants } from './secrets/secrets-manager-pending-grants.ts';
import { SqsWakeUps } from './sqs/sqs-wake-ups.ts';

export type AwsStores = {
  readonly grants: GrantStore;
  readonly pendingGrants: PendingGrantStore;
  readonly portals: PortalStore;
  readonly leases: LeaseStore;
  readonly jobs: JobStore;
  readonly outcomes: OutcomeStore;
  readonly intents: IntentStore;
  readonly wakeUps: WakeUpQueue;
  readonly exemptions: ExemptionStore;
  readonly ownChanges: OwnChanges;
  readonly runs: RunStore;
  readonly plans: PlanStore;
};

/** All stores over AWS, for a configuration. Connects to nothing before the first call. */
export function awsStores(
  config: Config,
  { clock = systemClock, clients = awsClients(config) }: { clock?: Clock; clients?: AwsClients } = {},
): AwsStores {
  const { secrets, dynamo, sqs } = clients;
  const { tables, keepDays, recoveryDays, secretPrefix, queueUrl } = config;
  return {
    grants: new SecretsManagerGrants(secrets, secretPrefix, recoveryDays),
    pendingGrants: new SecretsManagerPendingGrants(
      secrets,
      secretPrefix,
      new DynamoPendingGrantList(dynamo, tables.portals),
    ),
    portals: new DynamoPortals(dynamo, tables.portals),
    leases: new DynamoLeases(dynamo, tables.portals),
    jobs: new DynamoJobs(dynamo, { table: tables.jobs, keepDays }),
    outcomes: new DynamoOutcomes(dynamo, { table: tables.outcomes, keepDays, clock }),
    intents: new DynamoIntents(dynamo, tables.portals),
    wakeUps: new SqsWakeUps(sqs, queueUrl),
    exemptions: new DynamoExemptions(dynamo, { table: tables.outcomes, clock }),
    ownChanges: new DynamoOwnChanges(dynamo, { table: tables.outcomes, clock }),
    runs: new DynamoRuns(dynamo, { table: tables.outcomes, keepDays, clock }),
    plans: new DynamoPlans(dynamo, { table: tables.outcomes, keepDays, clock }),
  };
}
