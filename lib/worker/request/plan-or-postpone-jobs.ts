import type { Allotment } from '../../bitrix24/rest/rate-budget.ts';
import { EXPIRED, isExpired } from '../../jobs/expiry.ts';
import type { Job } from '../../jobs/job.ts';
import { type Ask, NotNow, PortalStopped, PortalTroubled } from '../../jobs/planner.ts';
import { errorName } from '../../log.ts';
import { backoffMs } from '../backoff.ts';
import { MOST_CAREFUL_BEGINNINGS, MOST_PLANNING_FAILURES, MOST_PLANNING_TROUBLES } from '../policy.ts';
import { LockLost } from '../portal-lock.ts';
import { untilAnswer } from './collect-pending-answers.ts';
import type { PlannedJob } from './fit-plan.ts';
import { KeptReads } from './kept-reads.ts';
import type { Session } from './session.ts';

/** null: the job was postponed. */
type PlanningResult = PlannedJob | PortalStopped | PortalTroubled | null;

/** Plans jobs at the same time, so that their reads share batches. A job that cannot be planned now is postponed. */
export async function planOrPostponeJobs(
  session: Session,
  jobs: readonly Job[],
  allotment: Allotment,
): Promise<PlannedJob[]> {
  if (session.careful) return await planCarefully(session, jobs, allotment);
  const taken = await session.ports.jobs.take(jobs);
  const ask = session.asks[allotment];
  return plansOf(await Promise.all(taken.map((job, index) => planOrPostpone(session, ask, job, index === 0))));
}

/** One job, counted before it is touched: if it is what killed the earlier workers, it is given up in the end. */
async function planCarefully(session: Session, jobs: readonly Job[], allotment: Allotment): Promise<PlannedJob[]> {
  const { ports, asks } = session;
  const [job] = jobs;
  if (job === undefined) return [];
  const begun = job.begun + 1;
  if (begun > MOST_CAREFUL_BEGINNINGS) return [givenUp(job, 'INTERNAL_ERROR')];
  await ports.jobs.postpone(job, ports.clock.now() + backoffMs(begun, ports.random()), job.failures, begun);
  const [taken = job] = await ports.jobs.take([job]);
  return plansOf([await planOrPostpone(session, asks[allotment], taken, true)]);
}

function plansOf(results: readonly PlanningResult[]): PlannedJob[] {
  const problem = results.find((result) => result instanceof Error);
  if (problem !== undefined) throw problem;
  return results.filter((result): result is PlannedJob => result !== null && !(result instanceof Error));
}

/** `isFirst`: no other job's reads went before. */
async function planOrPostpone(session: Session, ask: Ask, job: Job, isFirst: boolean): Promise<PlanningResult> {
  const { ports } = session;
  if (isExpired(job, ports.waitDays, ports.clock.now())) return expired(ports, job);
  const reads = new KeptReads(job, ports.clock);
  const hadTime = session.deadline.allows();
  try {
    const planned = await ports.planners[job.task.kind]({ ...job, cursor: reads.checkpoint }, reads.through(ask));
    return { job, planned: planned.keepsReads === true ? reads.keptBy(planned) : planned };
  } catch (error) {
    if (error instanceof LockLost) throw error;
    // What is wider than the job uses up nothing of its allowance (D§2).
    if (error instanceof PortalStopped || error instanceof PortalTroubled) return error;
    if (error instanceof NotNow && error.until !== null) {
      // A planning that goes on from what it has read is progress.
      if (reads.hasMore) return { job, planned: { steps: [], checkpoint: reads.soFar(), code: null } };
      if (error.code !== 'TIME_UP' || !isFirst || !hadTime) return await postponeUntil(ports, job, error.until);
    }
    const code = error instanceof NotNow ? error.code : 'INTERNAL_ERROR';
    const most = error instanceof NotNow || ports.isTransient(error) ? MOST_PLANNING_TROUBLES : MOST_PLANNING_FAILURES;
    return await postponeOrGiveUp(session, job, { code, most, name: errorName(error) });
  }
}

/** A job whose turn has only passed is still due, and keeps its place. */
async function postponeUntil({ jobs, clock }: Session['ports'], job: Job, until: number): Promise<null> {
  if (until > clock.now()) await jobs.postpone(job, until, job.failures);
  return null;
}

/** A job that cannot be planned must neither block its portal nor leave its workflow waiting (D§2, D§7). */
async function postponeOrGiveUp(
  session: Session,
  job: Job,
  { code, most, name }: { readonly code: string; readonly most: number; readonly name: string },
): Promise<PlannedJob | null> {
  const { ports } = session;
  const failures = job.failures + 1;
  ports.log.warn('planning_failed', { portal: job.portal, job: job.id, failures, code, error: name });
  if (failures >= most) return givenUp(job, code);
  const until = ports.clock.now() + backoffMs(failures, ports.random());
  await ports.jobs.postpone(job, untilAnswer(job, until, session), failures);
  return null;
}

/** Told here, to the workflow if it still waits, and by `failed list`. */
function expired({ log, clock }: Session['ports'], job: Job): PlannedJob {
  const { portal, id, trigger, cause, createdAt } = job;
  const days = Math.floor((clock.now() - createdAt) / 86_400_000);
  log.warn('job_expired', { portal, job: id, trigger, cause, days });
  return givenUp(job, EXPIRED);
}

const givenUp = (job: Job, code: string): PlannedJob => ({
  job,
  planned: { steps: [], checkpoint: null, code, failed: true },
});
