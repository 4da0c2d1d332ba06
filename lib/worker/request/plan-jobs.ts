import type { Allotment } from '../../bitrix24/rest/rate-budget.ts';
import { backoffMs } from '../../jobs/backoff.ts';
import type { Job } from '../../jobs/job.ts';
import { type Ask, NotNow, PortalStopped } from '../../jobs/planner.ts';
import { errorName } from '../../log.ts';
import type { PlannedJob } from './fit-plan.ts';
import type { Session } from './session.ts';

/** A job on which the work broke off this often, for no reason of the portal's, is not tried again. */
const MOST_FAILURES = 5;
/** Workers die of other things than the job they are at, so that is weaker evidence against it. */
const MOST_DEATHS = 10;
/** Trouble of the portal or of a store may last about an hour with the longest backoff, as for a command. */
const MOST_TROUBLES = 12;

type PlanningResult = PlannedJob | PortalStopped | null;

/** Plans jobs at the same time, so that their reads share batches. A job that cannot be planned now is put off. */
export async function planJobs(session: Session, jobs: readonly Job[], allotment: Allotment): Promise<PlannedJob[]> {
  if (session.careful) return await planCarefully(session, jobs, allotment);
  const taken = await session.ports.jobs.take(jobs);
  return plansOf(await Promise.all(taken.map((job) => planJob(session.ports, session.asks[allotment], job))));
}

/** One job, counted before it is touched: should it be what killed the earlier workers, it is given up in the end. */
async function planCarefully(
  { ports, asks }: Session,
  jobs: readonly Job[],
  allotment: Allotment,
): Promise<PlannedJob[]> {
  const [job] = jobs;
  if (job === undefined) return [];
  const begun = job.begun + 1;
  if (begun > MOST_DEATHS) return [givenUp(job, 'INTERNAL_ERROR')];
  await ports.jobs.postpone(job, ports.clock.now() + backoffMs(begun, ports.random()), job.failures, begun);
  const [taken = job] = await ports.jobs.take([job]);
  return plansOf([await planJob(ports, asks[allotment], taken)]);
}

function plansOf(outcomes: readonly PlanningResult[]): PlannedJob[] {
  const stop = outcomes.find((outcome) => outcome instanceof PortalStopped);
  if (stop !== undefined) throw stop;
  return outcomes.filter((outcome): outcome is PlannedJob => outcome !== null && !(outcome instanceof PortalStopped));
}

async function planJob(ports: Session['ports'], ask: Ask, job: Job): Promise<PlanningResult> {
  try {
    return { job, planned: await ports.planners[job.task.kind](job, ask) };
  } catch (error) {
    if (error instanceof PortalStopped) return error;
    if (error instanceof NotNow && error.until !== null) {
      await ports.jobs.postpone(job, error.until, job.failures);
      return null;
    }
    const code = error instanceof NotNow ? error.code : 'INTERNAL_ERROR';
    const most = error instanceof NotNow || ports.isTransient(error) ? MOST_TROUBLES : MOST_FAILURES;
    return await tryLater(ports, job, { code, most, name: errorName(error) });
  }
}

/** A job that cannot be planned must neither block its portal nor leave its workflow waiting (D§2, D§7). */
async function tryLater(
  ports: Session['ports'],
  job: Job,
  { code, most, name }: { readonly code: string; readonly most: number; readonly name: string },
): Promise<PlannedJob | null> {
  const failures = job.failures + 1;
  ports.log.warn('planning_failed', { portal: job.portal, job: job.id, failures, code, error: name });
  if (failures >= most) return givenUp(job, code);
  await ports.jobs.postpone(job, ports.clock.now() + backoffMs(failures, ports.random()), failures);
  return null;
}

const givenUp = (job: Job, code: string): PlannedJob => ({
  job,
  planned: { steps: [], checkpoint: null, code, failed: true },
});
