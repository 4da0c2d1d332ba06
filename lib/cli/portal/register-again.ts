import { registration } from '../../installation/activate-portal.ts';
import { ring } from '../../jobs/wake-portal.ts';
import { type Awaited, awaitJob } from '../follow/await-job.ts';
import type { CommandMeans } from '../shared/command-context.ts';

const WAIT_MS = 60_000;

/** Has the portal's worker register robot and events again, and waits for it. */
export async function registerAgain(portal: string, means: CommandMeans): Promise<Awaited> {
  const { stores, clock, randomId, user } = means;
  const job = registration(portal, randomId(), { trigger: 'cli', cause: `cli ${user}` });
  await stores.jobs.add(job, clock.now());
  await ring(portal, { portals: stores.portals, bells: stores.bells, clock });
  return await awaitJob(job, WAIT_MS, means);
}
