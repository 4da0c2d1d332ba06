import type { Attempt } from '../jobs/attempt.ts';
import { commandOf } from '../jobs/command.ts';
import { type Job, LANES } from '../jobs/job.ts';
import { finishAnsweredJob } from '../jobs/job-progress.ts';
import type { Outcome } from '../jobs/outcome.ts';
import { FAR_AHEAD_MS, JOBS_FAILED_AT_ONCE } from './policy.ts';
import { openAttempts } from './request/open-intent.ts';
import { IDLE, type Rest, type Session } from './request/session.ts';
import { settleIntents } from './request/settle-request.ts';
import type { Deadline } from './worker-ports.ts';

/** The code of everything that was not done when the application was removed from its portal. */
export const UNINSTALLED = 'APPLICATION_UNINSTALLED';

/**
 * Ends the jobs of a portal from which the application was removed: all rights are gone (B§7.1), and no workflow can be
 * answered. What was done is kept; what was not is `failed`, and can be redriven after a new installation. This is left to
 * the portal's worker, its only writer; if the application is installed again meanwhile, the remaining jobs continue.
 */
export async function failRemainingJobs(session: Session, deadline: Deadline): Promise<Rest> {
  const { ports, portal } = session;
  if (!(await isUninstalled(session))) return { kind: 'more' };
  await failOpenAttempts(session);

  let ended = 0;
  while (deadline.allows()) {
    await session.lock.renewIfNeeded();
    const jobs = await unfinishedJobs(session);
    if (jobs.length === 0) {
      ports.log.info('portal_ended', { portal, jobs: ended });
      return IDLE;
    }
    // Read after the jobs: those of a new installation are written only after the portal counts as installed again.
    if (!(await isUninstalled(session))) break;
    for (const job of jobs) await failJob(session, job);
    ended += jobs.length;
    session.progressed = true;
  }
  return { kind: 'more' };
}

const isUninstalled = async ({ ports, portal }: Session): Promise<boolean> =>
  (await ports.portals.read(portal))?.uninstalledAt !== undefined;

async function unfinishedJobs({ ports, portal }: Session): Promise<Job[]> {
  const until = ports.clock.now() + FAR_AHEAD_MS;
  const lanes = await Promise.all(LANES.map((lane) => ports.jobs.due(portal, lane, until, JOBS_FAILED_AT_ONCE)));
  return lanes.flat();
}

/** Commands under way: it cannot be found out any more whether a call without an answer took effect. */
async function failOpenAttempts(session: Session): Promise<void> {
  for (const openIntent of session.openIntents) {
    const outcomes = openAttempts(openIntent).map((attempt) => failedOutcomeOf(session, attempt));
    await recordOutcomes(session, outcomes);
    for (const outcome of outcomes) openIntent.ended.set(outcome.id, outcome);
  }
  await settleIntents(session);
}

/** Work that is done ends as it is, although its workflow can no longer be answered. */
async function failJob(session: Session, job: Job): Promise<void> {
  const { ports } = session;
  const now = ports.clock.now();
  const { cursor, counts } = job;
  if (job.phase === 'answering') return await finishAnsweredJob(ports.jobs, job, now);
  const outcomes = namedOutcomes(job, now);
  await recordOutcomes(session, outcomes);
  const failed = (counts.failed ?? 0) + outcomes.length;
  const progress = { cursor, counts: failed > 0 ? { ...counts, failed } : counts, code: UNINSTALLED, dueAt: now };
  await ports.jobs.advance(job, { phase: 'failed', ...progress }, now);
}

async function recordOutcomes({ ports }: Session, outcomes: readonly Outcome[]): Promise<void> {
  if (outcomes.length === 0) return;
  await ports.outcomes.record(outcomes);
  for (const outcome of outcomes) ports.log.info('outcome', { ...outcome });
}

/** Only the commands of named activities are known without asking the portal. */
function namedOutcomes(job: Job, now: number): Outcome[] {
  const { task, cursor } = job;
  if (task.kind !== 'unbind' || task.activities === 'all') return [];
  const { element } = task;
  return task.activities.slice(Number(cursor?.next ?? 0)).map((activityId) => ({
    id: commandOf(job.id, 'unbind', activityId, element).id,
    activityId,
    ...element,
    ...ended(job, now),
    attempts: 0,
    durationMs: 0,
  }));
}

function failedOutcomeOf({ ports, portal }: Session, attempt: Attempt): Outcome {
  const now = ports.clock.now();
  const { command, attempts, firstSentAt } = attempt;
  return {
    id: command.id,
    activityId: command.activityId,
    ...command.element,
    ...ended({ portal, ...attempt }, now),
    attempts,
    durationMs: now - (firstSentAt ?? now),
  };
}

const ended = ({ portal, trigger, cause }: Pick<Job, 'portal' | 'trigger' | 'cause'>, now: number) => ({
  portal,
  status: 'failed' as const,
  code: UNINSTALLED,
  trigger,
  cause,
  at: new Date(now).toISOString(),
});
