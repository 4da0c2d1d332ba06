import type { Share } from '../../bitrix24/rest/rate-budget.ts';
import { backoffMs } from '../../jobs/backoff.ts';
import type { Job } from '../../jobs/job.ts';
import { type Ask, NotNow, PortalStopped } from '../../jobs/planner.ts';
import { errorName } from '../../log.ts';
import type { Plan } from './fit-plan.ts';
import type { Session } from './session.ts';

/** A job on which the work broke off this often, for no reason of the portal's, is not tried again. */
const MOST_FAILURES = 5;
/** Workers die of other things than the job they are at, so that is weaker evidence against it. */
const MOST_DEATHS = 10;
/** Trouble of the portal or of a store may last about an hour with the longest backoff, as for a command. */
const MOST_TROUBLES = 12;

type Outcome = Plan | PortalStopped | null;

/** Plans jobs at the same time, so that their reads share batches. A job that cannot be planned now is put off. */
export async function planJobs(session: Session, jobs: readonly Job[], share: Share): Promise<Plan[]> {
  if (session.careful) return await planCarefully(session, jobs, share);
  const taken = await session.engine.jobs.take(jobs);
  return plansOf(await Promise.all(taken.map((job) => planJob(session.engine, session.asks[share], job))));
}

/** One job, counted before it is touched: should it be what killed the earlier workers, it is given up in the end. */
async function planCarefully({ engine, asks }: Session, jobs: readonly Job[], share: Share): Promise<Plan[]> {
  const [job] = jobs;
  if (job === undefined) return [];
  const begun = job.begun + 1;
  if (begun > MOST_DEATHS) return [givenUp(job, 'INTERNAL_ERROR')];
  await engine.jobs.postpone(job, engine.clock.now() + backoffMs(begun, engine.random()), job.failures, begun);
  const [taken = job] = await engine.jobs.take([job]);
  return plansOf([await planJob(engine, asks[share], taken)]);
}

function plansOf(outcomes: readonly Outcome[]): Plan[] {
  const stop = outcomes.find((outcome) => outcome instanceof PortalStopped);
  if (stop !== undefined) throw stop;
  return outcomes.filter((outcome): outcome is Plan => outcome !== null && !(outcome instanceof PortalStopped));
}

async function planJob(engine: Session['engine'], ask: Ask, job: Job): Promise<Outcome> {
  try {
    return { job, planned: await engine.planners[job.task.kind](job, ask) };
  } catch (error) {
    if (error instanceof PortalStopped) return error;
    if (error instanceof NotNow && error.until !== null) {
      await engine.jobs.postpone(job, error.until, job.failures);
      return null;
    }
    const code = error instanceof NotNow ? error.code : 'INTERNAL_ERROR';
    const most = error instanceof NotNow || engine.isPassing(error) ? MOST_TROUBLES : MOST_FAILURES;
    return await tryLater(engine, job, { code, most, name: errorName(error) });
  }
}

/** A job that cannot be planned must neither block its portal nor leave its workflow waiting (D§2, D§7). */
async function tryLater(
  engine: Session['engine'],
  job: Job,
  { code, most, name }: { readonly code: string; readonly most: number; readonly name: string },
): Promise<Plan | null> {
  const failures = job.failures + 1;
  engine.log.warn('planning_failed', { portal: job.portal, job: job.id, failures, code, error: name });
  if (failures >= most) return givenUp(job, code);
  await engine.jobs.postpone(job, engine.clock.now() + backoffMs(failures, engine.random()), failures);
  return null;
}

const givenUp = (job: Job, code: string): Plan => ({ job, planned: { steps: [], cursor: null, code, failed: true } });
