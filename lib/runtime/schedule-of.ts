import { awsStores } from '../aws/aws-stores.ts';
import { portalRules } from '../cleanup/rules/portal-rules.ts';
import type { ScheduledTaskDeps } from '../cleanup/runs/run-scheduled-task.ts';
import type { Runtime } from './runtime.ts';

export function scheduleOf({ config, log, clock }: Runtime): ScheduledTaskDeps {
  const { portals, jobs, runs, wakeUps } = awsStores(config, { clock });
  return { portals, jobs, runs, rulesOf: portalRules(portals, log), wakeDeps: { portals, wakeUps, clock }, clock, log };
}
