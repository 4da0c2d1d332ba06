import type { OwnEchoes } from '../cleanup/events/own-changes.ts';
import type { PairMarks } from '../cleanup/rules/exemptions.ts';
import type { PlanStore } from '../cleanup/runs/plan-store.ts';
import type { RunStore } from '../cleanup/runs/run-store.ts';
import { type Clock, systemClock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { UnconfirmedGrants } from '../installation/pending-grant-store.ts';
import type { SliceStore } from '../jobs/intent-store.ts';
import type { JobStore } from '../jobs/job-store.ts';
import type { OutcomeStore } from '../jobs/outcome-store.ts';
import type { BellQueue } from '../jobs/wake-up-queue.ts';
import type { GrantStore } from '../portal/grant-store.ts';
import type { LeaseStore } from '../portal/lease-store.ts';
import type { PortalStore } from '../portal/portal-store.ts';
import { type AwsClients, awsClients } from './aws-clients.ts';
import { DynamoPairMarks } from './dynamodb/dynamo-exemptions.ts';
import { DynamoSlices } from './dynamodb/dynamo-intents.ts';
import { DynamoJobs } from './dynamodb/dynamo-jobs.ts';
import { DynamoLeases } from './dynamodb/dynamo-leases.ts';
import { DynamoOutcomes } from './dynamodb/dynamo-outcomes.ts';
import { DynamoOwnEchoes } from './dynamodb/dynamo-own-changes.ts';
import { DynamoKeptList } from './dynamodb/dynamo-pending-grants.ts';
import { DynamoPlans } from './dynamodb/dynamo-plans.ts';
import { DynamoPortals } from './dynamodb/dynamo-portals.ts';
import { DynamoRuns } from './dynamodb/dynamo-runs.ts';
import { SecretsManagerGrants } from './secrets/secrets-manager-grants.ts';
import { AwsUnconfirmedGrants } from './secrets/secrets-manager-pending-grants.ts';
import { SqsBells } from './sqs/sqs-wake-ups.ts';

export type AwsStores = {
  readonly grants: GrantStore;
  readonly unconfirmed: UnconfirmedGrants;
  readonly portals: PortalStore;
  readonly leases: LeaseStore;
  readonly jobs: JobStore;
  readonly outcomes: OutcomeStore;
  readonly slices: SliceStore;
  readonly bells: BellQueue;
  readonly marks: PairMarks;
  readonly echoes: OwnEchoes;
  readonly runs: RunStore;
  readonly plans: PlanStore;
};

/** All ports over AWS, as a configuration says. Connects to nothing before the first call. */
export function awsStores(
  config: Config,
  { clock = systemClock, clients = awsClients(config) }: { clock?: Clock; clients?: AwsClients } = {},
): AwsStores {
  const { secrets, dynamo, sqs } = clients;
  const { tables, keepDays, recoveryDays, secretPrefix, bellQueueUrl } = config;
  return {
    grants: new SecretsManagerGrants(secrets, secretPrefix, recoveryDays),
    unconfirmed: new AwsUnconfirmedGrants(secrets, secretPrefix, new DynamoKeptList(dynamo, tables.portals)),
    portals: new DynamoPortals(dynamo, tables.portals),
    leases: new DynamoLeases(dynamo, tables.portals),
    jobs: new DynamoJobs(dynamo, { table: tables.jobs, keepDays }),
    outcomes: new DynamoOutcomes(dynamo, { table: tables.outcomes, keepDays, clock }),
    slices: new DynamoSlices(dynamo, tables.portals),
    bells: new SqsBells(sqs, bellQueueUrl),
    marks: new DynamoPairMarks(dynamo, { table: tables.outcomes, clock }),
    echoes: new DynamoOwnEchoes(dynamo, { table: tables.outcomes, clock }),
    runs: new DynamoRuns(dynamo, { table: tables.outcomes, keepDays, clock }),
    plans: new DynamoPlans(dynamo, { table: tables.outcomes, keepDays, clock }),
  };
}
