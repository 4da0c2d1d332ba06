import { commandOf } from '../jobs/command.ts';
import type { Attempt } from '../jobs/intent.ts';
import { type Job, LANES } from '../jobs/job.ts';
import { endPhase } from '../jobs/job-progress.ts';
import type { Outcome } from '../jobs/outcome.ts';
import { openAttempts } from './request/open-intent.ts';
import type { Session } from './request/session.ts';
import { settleIntents } from './request/settle-request.ts';
import { IDLE, type Rest } from './work-portal.ts';
import type { Deadline } from './worker-ports.ts';

/** What everything ends with that was not done when the application was removed from its portal. */
export const UNINSTALLED = 'APPLICATION_UNINSTALLED';

const AT_ONCE = 50;
const FAR_MS = 10 * 365 * 86_400_000;

/**
 * Ends the jobs of a portal from which the application was removed: all rights are gone (B§7.1), no workflow can be
 * answered. What was done is kept; what was not is `failed`, and can be driven again after a new installation. Done by the
 * portal's worker, its one writer; should the application be installed again meanwhile, the rest goes on as usual.
 */
export async function failRemainingJobs(session: Session, deadline: Deadline): Promise<Rest> {
  const { ports, portal } = session;
  if (!(await isUninstalled(session))) return { kind: 'more' };
  await failOpenAttempts(session);

  let ended = 0;
  while (deadline.allows()) {
    await session.lock.hold();
    const jobs = await unfinishedJobs(session);
    if (jobs.length === 0) {
      ports.log.info('portal_ended', { portal, jobs: ended });
      return IDLE;
    }
    // Read after the jobs: those of a new installation are written when the mark is gone already.
    if (!(await isUninstalled(session))) break;
    for (const job of jobs) await endJob(session, job);
    ended += jobs.length;
  }
  return { kind: 'more' };
}

const isUninstalled = async ({ ports, portal }: Session): Promise<boolean> =>
  (await ports.portals.read(portal))?.uninstalledAt !== undefined;

async function unfinishedJobs({ ports, portal }: Session): Promise<Job[]> {
  const until = ports.clock.now() + FAR_MS;
  const lanes = await Promise.all(LANES.map((lane) => ports.jobs.due(portal, lane, until, AT_ONCE)));
  return lanes.flat();
}

/** Commands that were begun: whether an attempt without an answer took effect cannot be asked any more. */
async function failOpenAttempts(session: Session): Promise<void> {
  for (const openIntent of session.openIntents) {
    const outcomes = openAttempts(openIntent).map((attempt) => failedOutcomeOf(session, attempt));
    await record(session, outcomes);
    for (const outcome of outcomes) openIntent.ended.set(outcome.id, outcome);
  }
  await settleIntents(session);
}

/** An answer that is owed changes nothing about how the work has ended. */
async function endJob(session: Session, job: Job): Promise<void> {
  const { ports } = session;
  const now = ports.clock.now();
  const { cursor, counts } = job;
  if (job.phase === 'answering') {
    await ports.jobs.advance(job, { phase: endPhase(counts), cursor, counts, code: job.code, dueAt: now }, now);
    return;
  }
  const outcomes = outcomesOfNamed(job, now);
  await record(session, outcomes);
  const failed = (counts.failed ?? 0) + outcomes.length;
  const progress = { cursor, counts: failed > 0 ? { ...counts, failed } : counts, code: UNINSTALLED, dueAt: now };
  await ports.jobs.advance(job, { phase: 'failed', ...progress }, now);
}

async function record({ ports }: Session, outcomes: readonly Outcome[]): Promise<void> {
  if (outcomes.length === 0) return;
  await ports.outcomes.record(outcomes);
  for (const outcome of outcomes) ports.log.info('outcome', { ...outcome });
}

/** Only what somebody asked for by name is known without asking the portal. */
function outcomesOfNamed(job: Job, now: number): Outcome[] {
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
