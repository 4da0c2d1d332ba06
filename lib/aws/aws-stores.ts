import type { OwnEchoes } from '../cleanup/own-echoes.ts';
import type { PairMarks } from '../cleanup/pair-marks.ts';
import type { PlanStore } from '../cleanup/plan-store.ts';
import type { RunStore } from '../cleanup/run-store.ts';
import { type Clock, systemClock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { GrantStore } from '../portal/grant-store.ts';
import type { LeaseStore } from '../portal/lease-store.ts';
import type { PortalStore } from '../portal/portal-store.ts';
import type { UnconfirmedGrants } from '../portal/unconfirmed-grants.ts';
import type { BellQueue } from '../unbind/bell-queue.ts';
import type { JobStore } from '../unbind/job-store.ts';
import type { OutcomeStore } from '../unbind/outcome-store.ts';
import type { SliceStore } from '../unbind/slice-store.ts';
import { type AwsClients, awsClients } from './aws-clients.ts';
import { AwsUnconfirmedGrants } from './aws-unconfirmed-grants.ts';
import { DynamoJobs } from './dynamo-jobs.ts';
import { DynamoKeptList } from './dynamo-kept-list.ts';
import { DynamoLeases } from './dynamo-leases.ts';
import { DynamoOutcomes } from './dynamo-outcomes.ts';
import { DynamoOwnEchoes } from './dynamo-own-echoes.ts';
import { DynamoPairMarks } from './dynamo-pair-marks.ts';
import { DynamoPlans } from './dynamo-plans.ts';
import { DynamoPortals } from './dynamo-portals.ts';
import { DynamoRuns } from './dynamo-runs.ts';
import { DynamoSlices } from './dynamo-slices.ts';
import { SecretsManagerGrants } from './secrets-manager-grants.ts';
import { SqsBells } from './sqs-bells.ts';

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
