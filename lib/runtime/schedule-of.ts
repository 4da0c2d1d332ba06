import { awsStores } from '../aws/aws-stores.ts';
import { storedRules } from '../cleanup/rules/portal-rules.ts';
import type { Schedule } from '../cleanup/runs/run-scheduled-task.ts';
import type { Runtime } from './runtime.ts';

export function scheduleOf({ config, log, clock }: Runtime): Schedule {
  const { portals, jobs, runs, wakeUps } = awsStores(config, { clock });
  return { portals, jobs, runs, rulesOf: storedRules(portals, log), wakeDeps: { portals, wakeUps, clock }, clock, log };
}
