import { awsStores } from '../aws/aws-stores.ts';
import { storedRules } from '../cleanup/rules/portal-rules.ts';
import type { Schedule } from '../cleanup/runs/run-scheduled-task.ts';
import type { World } from './runtime.ts';

export function scheduleOf({ config, log, clock }: World): Schedule {
  const { portals, jobs, runs, bells } = awsStores(config, { clock });
  return { portals, jobs, runs, rulesOf: storedRules(portals, log), ringing: { portals, bells, clock }, clock, log };
}
