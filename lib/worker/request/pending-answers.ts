import type { JobPart } from '../../jobs/intent.ts';
import type { Job } from '../../jobs/job.ts';
import { progressOfPart } from '../../jobs/job-progress.ts';
import { ANSWER_METHOD, pendingAnswerCall } from '../../jobs/workflow-answer.ts';
import { markAnswered, type OpenIntent, openAttempts } from './open-intent.ts';
import type { Asked, Session } from './session.ts';

/** The way to the portal, and a turn that is under way. */
const AHEAD_MS = 15_000;
/** How many waiting jobs are looked at; those behind them are seen when these are answered. */
const MOST_LOOKED_AT = 50;

/** When a workflow has to be told that the work goes on, ms, before it gives up by itself (B§6.3); null: it does not. */
export const earlyAnswerAt = ({ answerBy, phase }: Pick<Job, 'answerBy' | 'phase'>): number | null =>
  answerBy === null || phase !== 'waiting' ? null : answerBy - AHEAD_MS;

/** Answers for workflows whose time is nearly up although their job is not finished. */
export async function earlyAnswers(session: Session): Promise<Asked[]> {
  const { ports, portal, openIntents, api } = session;
  const now = ports.clock.now();
  if (api.restingUntil(ANSWER_METHOD) > now) return [];
  // After its own time-out a workflow does not listen any more.
  const late = (job: Job): boolean => (earlyAnswerAt(job) ?? now + 1) <= now && now < (job.answerBy ?? now);

  const begun = openIntents.flatMap((openIntent) =>
    openIntent.intent.shares
      .filter(({ job, owesAnswer }) => owesAnswer && !openIntent.advanced.has(job.id) && late(job))
      .map((part) => ({ openIntent, part })),
  );
  const inIntents = await Promise.all(begun.map(({ openIntent, part }) => earlyAnswerOf(session, openIntent, part)));
  const busy = new Set(openIntents.flatMap(({ intent }) => intent.shares.map(({ job }) => job.id)));
  const due = await ports.jobs.due(portal, 'robot', now, MOST_LOOKED_AT + busy.size);
  const waiting = due.filter((job) => !busy.has(job.id) && late(job)).flatMap((job) => answerOfJob(job, null));
  return [...inIntents.flat(), ...waiting];
}

/** The job as the slice holds it has no eventToken: that is kept in the job alone. */
async function earlyAnswerOf({ ports, portal }: Session, openIntent: OpenIntent, part: JobPart): Promise<Asked[]> {
  const stored = await ports.jobs.read(portal, part.job.id);
  if (stored === null) return [];
  // Answered already, by a process that died before it could say so here.
  if (stored.eventToken === null) markAnswered(openIntent, part.job.id);
  const open = new Set(openAttempts(openIntent).map(({ command }) => command.id));
  const ended = openIntent.intent.trials
    .filter(({ command }) => command.jobId === part.job.id && !open.has(command.id))
    .flatMap(({ command }) => openIntent.ended.get(command.id) ?? []);
  const { counts, code } = progressOfPart(part, ended, ports.clock.now());
  return answerOfJob({ ...stored, counts, code }, openIntent);
}

const answerOfJob = (job: Job, openIntent: OpenIntent | null): Asked[] =>
  job.eventToken === null
    ? []
    : [{ kind: 'early_answer', job, openIntent, call: pendingAnswerCall(job, job.eventToken) }];
