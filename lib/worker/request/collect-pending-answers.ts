import type { JobPart } from '../../jobs/intent.ts';
import type { Job } from '../../jobs/job.ts';
import { progressOfPart } from '../../jobs/job-progress.ts';
import { ANSWER_METHOD, pendingAnswerCall } from '../../jobs/workflow-answer.ts';
import type { PortalApi } from '../../portal/portal-api.ts';
import { MOST_JOBS_CHECKED_FOR_TIME_OUT, PENDING_ANSWER_LEAD_MS } from '../policy.ts';
import { markAnswered, type OpenIntent, openAttempts } from './open-intent.ts';
import type { RequestItem, Session } from './session.ts';

export type PendingAnswer = Extract<RequestItem, { kind: 'pending_answer' }>;

/**
 * When a workflow must be told that its work is still pending, ms, before it gives up by itself (B§6.3); null: never. Until
 * then its work goes first, as long as a request of work still fits before the answer; of a short time-out half is work's.
 */
export function pendingAnswerAt(
  { answerBy, createdAt, phase }: Pick<Job, 'answerBy' | 'createdAt' | 'phase'>,
  api: Pick<PortalApi, 'room' | 'callMs'>,
): number | null {
  if (answerBy === null || phase !== 'waiting') return null;
  const lead = Math.min(PENDING_ANSWER_LEAD_MS, (answerBy - createdAt) / 2);
  return answerBy - lead - api.room() * api.callMs();
}

/** Until when the job may be postponed, ms: its workflow is told in time that the work is pending. */
export function untilAnswer(
  job: Job,
  until: number,
  { api, ports, failedAnswers }: Pick<Session, 'api' | 'ports' | 'failedAnswers'>,
): number {
  const at = failedAnswers.get(job.id) ?? pendingAnswerAt(job, api) ?? 0;
  // A pending answer whose time has passed is no reason to look at the job earlier.
  return at > ports.clock.now() ? Math.min(until, at) : until;
}

/** How many calls a request may hold so that the workflows which it answers hear in time. */
export function roomToAnswer(items: readonly RequestItem[], { api, ports }: Pick<Session, 'api' | 'ports'>): number {
  const times = items.flatMap((item) => (item.kind === 'pending_answer' ? (item.job.answerBy ?? []) : []));
  const left = (Math.min(...times) - ports.clock.now()) / 2;
  return Math.max(items.length, Math.min(api.room(), Math.floor(left / Math.max(1, api.callMs()))));
}

/** Answers for workflows whose time is nearly up although their job is not finished. */
export async function collectPendingAnswers(session: Session): Promise<PendingAnswer[]> {
  const { ports, portal, openIntents, api } = session;
  const now = ports.clock.now();
  if (api.restingUntil(ANSWER_METHOD) > now) return [];
  // After its own time-out a workflow does not listen any more.
  const isUrgent = (job: Job): boolean =>
    (pendingAnswerAt(job, api) ?? now + 1) <= now &&
    now < (job.answerBy ?? now) &&
    (session.failedAnswers.get(job.id) ?? now) <= now;

  const begun = openIntents.flatMap((openIntent) =>
    openIntent.intent.shares
      .filter(({ job, owesAnswer }) => owesAnswer && !openIntent.advanced.has(job.id) && isUrgent(job))
      .map((part) => ({ openIntent, part })),
  );
  const ofIntents = await Promise.all(begun.map(({ openIntent, part }) => answerForPart(session, openIntent, part)));
  const busy = new Set(openIntents.flatMap(({ intent }) => intent.shares.map(({ job }) => job.id)));
  const due = await ports.jobs.due(portal, 'robot', now, MOST_JOBS_CHECKED_FOR_TIME_OUT + busy.size);
  const waiting = due.filter((job) => !busy.has(job.id) && isUrgent(job)).flatMap((job) => answerItem(job, null));
  return [...ofIntents.flat(), ...waiting];
}

/** The job as the intent holds it has no eventToken: only the job's own record has it. */
async function answerForPart(
  { ports, portal }: Session,
  openIntent: OpenIntent,
  part: JobPart,
): Promise<PendingAnswer[]> {
  const stored = await ports.jobs.read(portal, part.job.id);
  if (stored === null) return [];
  // Answered already, by a process that died before it could note that in the intent.
  if (stored.eventToken === null) markAnswered(openIntent, part.job.id);
  const open = new Set(openAttempts(openIntent).map(({ command }) => command.id));
  const ended = openIntent.intent.trials
    .filter(({ command }) => command.jobId === part.job.id && !open.has(command.id))
    .flatMap(({ command }) => openIntent.ended.get(command.id) ?? []);
  const { counts, code } = progressOfPart(part, ended, ports.clock.now());
  return answerItem({ ...stored, counts, code }, openIntent);
}

const answerItem = (job: Job, openIntent: OpenIntent | null): PendingAnswer[] =>
  job.eventToken === null
    ? []
    : [{ kind: 'pending_answer', job, openIntent, call: pendingAnswerCall(job, job.eventToken) }];
