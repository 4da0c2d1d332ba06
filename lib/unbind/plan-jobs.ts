import { errorName } from '../log.ts';
import { backoffMs } from './backoff.ts';
import type { Job } from './job.ts';
import type { Plan } from './place-plan.ts';
import { NotNow, PortalStopped } from './planner.ts';
import type { Session } from './session.ts';

/** A job on which the work broke off this often, for no reason of the portal's, is not tried again. */
const MOST_FAILURES = 5;

/** Plans jobs at the same time, so that their reads share batches. A job that cannot be planned now is put off. */
export async function planJobs(session: Session, jobs: readonly Job[]): Promise<Plan[]> {
  await session.engine.jobs.take(jobs);
  const plans = await Promise.all(jobs.map((job) => planJob(session, job)));

  const stop = plans.find((plan) => plan instanceof PortalStopped);
  if (stop !== undefined) throw stop;
  return plans.filter((plan): plan is Plan => plan !== null && !(plan instanceof PortalStopped));
}

async function planJob({ engine, ask }: Session, job: Job): Promise<Plan | PortalStopped | null> {
  try {
    return { job, planned: await engine.planners[job.task.kind](job, ask) };
  } catch (error) {
    if (error instanceof PortalStopped) return error;
    if (error instanceof NotNow) {
      await engine.jobs.postpone(job, error.until, job.failures);
      return null;
    }
    return await planFailed({ engine, job, error });
  }
}

/** A poison job must neither block its portal nor leave its workflow waiting (D§2, D§7). */
async function planFailed({ engine, job, error }: { engine: Session['engine']; job: Job; error: unknown }) {
  const failures = job.failures + 1;
  engine.log.error('planning_failed', { portal: job.portal, job: job.id, failures, error: errorName(error) });
  if (failures >= MOST_FAILURES) return { job, planned: { steps: [], cursor: null, code: 'INTERNAL_ERROR' } };
  await engine.jobs.postpone(job, engine.clock.now() + backoffMs(failures, engine.random()), failures);
  return null;
}
