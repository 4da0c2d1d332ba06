import { registrationJob } from '../../installation/activate-portal.ts';
import { wakePortal } from '../../jobs/wake-portal.ts';
import { type Awaited, awaitJob } from '../follow/await-job.ts';
import { DEFAULT_WAIT_MS } from '../policy.ts';
import type { CommandContext } from '../shared/command-context.ts';

/** Lets the portal's worker register the robot and the events again, and waits for it. */
export async function registerAgain(portal: string, deps: CommandContext): Promise<Awaited> {
  const { stores, clock, randomId, user } = deps;
  const job = registrationJob(portal, randomId(), { trigger: 'cli', cause: `cli ${user}` });
  await stores.jobs.add(job, clock.now());
  await wakePortal(portal, { portals: stores.portals, wakeUps: stores.wakeUps, clock });
  return await awaitJob(job, DEFAULT_WAIT_MS, deps);
}
