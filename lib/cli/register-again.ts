import { ring } from '../unbind/ring.ts';
import { registration } from '../unbind/welcome-portal.ts';
import { type Awaited, awaitJob } from './await-job.ts';
import type { CommandMeans } from './command-means.ts';

const WAIT_MS = 60_000;

/** Has the portal's worker register robot and events again, and waits for it. */
export async function registerAgain(portal: string, means: CommandMeans): Promise<Awaited> {
  const { stores, clock, randomId, user } = means;
  const job = registration(portal, randomId(), { trigger: 'cli', cause: `cli ${user}` });
  await stores.jobs.add(job, clock.now());
  await ring(portal, { portals: stores.portals, bells: stores.bells, clock });
  return await awaitJob(job, WAIT_MS, means);
}
