import { randomUUID } from 'node:crypto';
import { awsStores } from '../aws/aws-stores.ts';
import { portalRules } from '../cleanup/rules/portal-rules.ts';
import type { ScheduledTaskDeps } from '../cleanup/runs/run-scheduled-task.ts';
import type { MaintainGrantsDeps } from '../installation/maintain-grants.ts';
import { grantDeps } from './grant-deps.ts';
import type { Runtime } from './runtime.ts';

/** What the schedule needs for wake-ups and sweeps. */
export function wireSchedule({ config, log, clock }: Runtime): ScheduledTaskDeps {
  const { portals, jobs, runs, wakeUps } = awsStores(config, { clock });
  return { portals, jobs, runs, rulesOf: portalRules(portals, log), wakeDeps: { portals, wakeUps, clock }, clock, log };
}

/** What the schedule needs for pending grants and those of idle portals. */
export const wireGrantMaintenance = ({ config, log, clock }: Runtime): MaintainGrantsDeps => ({
  ...grantDeps({ config, stores: awsStores(config, { clock }), clock, randomId: randomUUID }),
  log,
});
