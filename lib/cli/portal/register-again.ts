import { registrationJob } from '../../installation/activate-portal.ts';
import { wakePortal } from '../../jobs/wake-portal.ts';
import { type Awaited, awaitJob } from '../follow/await-job.ts';
import type { CommandContext } from '../shared/command-context.ts';

const WAIT_MS = 60_000;

/** Has the portal's worker register robot and events again, and waits for it. */
export async function registerAgain(portal: string, deps: CommandContext): Promise<Awaited> {
  const { stores, clock, randomId, user } = deps;
  const job = registrationJob(portal, randomId(), { trigger: 'cli', cause: `cli ${user}` });
  await stores.jobs.add(job, clock.now());
  await wakePortal(portal, { portals: stores.portals, wakeUps: stores.wakeUps, clock });
  return await awaitJob(job, WAIT_MS, deps);
}
