import { awsStores } from '../aws/aws-stores.ts';
import { storedRules } from '../cleanup/portal-rules.ts';
import type { Schedule } from '../cleanup/run-schedule.ts';
import type { World } from './world.ts';

export function scheduleOf({ config, log, clock }: World): Schedule {
  const { portals, jobs, runs, bells } = awsStores(config, { clock });
  return { portals, jobs, runs, rulesOf: storedRules(portals, log), ringing: { portals, bells, clock }, clock, log };
}
