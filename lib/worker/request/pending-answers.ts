import type { Share } from '../../jobs/intent.ts';
import type { Job } from '../../jobs/job.ts';
import { progressOfShare } from '../../jobs/job-progress.ts';
import { ANSWER_METHOD, pendingAnswerCall } from '../../jobs/workflow-answer.ts';
import { type LiveSlice, openTrials, shareAnswered } from './open-intent.ts';
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
  const { engine, portal, lives, rest } = session;
  const now = engine.clock.now();
  if (rest.restingUntil(ANSWER_METHOD) > now) return [];
  // After its own time-out a workflow does not listen any more.
  const late = (job: Job): boolean => (earlyAnswerAt(job) ?? now + 1) <= now && now < (job.answerBy ?? now);

  const begun = lives.flatMap((live) =>
    live.slice.shares
      .filter(({ job, owesAnswer }) => owesAnswer && !live.advanced.has(job.id) && late(job))
      .map((share) => ({ live, share })),
  );
  const inSlices = await Promise.all(begun.map(({ live, share }) => answerOfShare(session, live, share)));
  const busy = new Set(lives.flatMap(({ slice }) => slice.shares.map(({ job }) => job.id)));
  const due = await engine.jobs.due(portal, 'robot', now, MOST_LOOKED_AT + busy.size);
  const waiting = due.filter((job) => !busy.has(job.id) && late(job)).flatMap((job) => answerOfJob(job, null));
  return [...inSlices.flat(), ...waiting];
}

/** The job as the slice holds it has no eventToken: that is kept in the job alone. */
async function answerOfShare({ engine, portal }: Session, live: LiveSlice, share: Share): Promise<Asked[]> {
  const stored = await engine.jobs.read(portal, share.job.id);
  if (stored === null) return [];
  // Answered already, by a process that died before it could say so here.
  if (stored.eventToken === null) shareAnswered(live, share.job.id);
  const open = new Set(openTrials(live).map(({ command }) => command.id));
  const ended = live.slice.trials
    .filter(({ command }) => command.jobId === share.job.id && !open.has(command.id))
    .flatMap(({ command }) => live.ended.get(command.id) ?? []);
  const { counts, code } = progressOfShare(share, ended, engine.clock.now());
  return answerOfJob({ ...stored, counts, code }, live);
}

const answerOfJob = (job: Job, live: LiveSlice | null): Asked[] =>
  job.eventToken === null ? [] : [{ kind: 'early_answer', job, live, call: pendingAnswerCall(job, job.eventToken) }];
