import { LANES, type Lane } from '../jobs/job.ts';
import { requestOf } from './attempt/attempt.ts';
import { isCrowded } from './request/compose-request.ts';
import { busyJobs, openTrials } from './request/open-intent.ts';
import { earlyAnswerAt } from './request/pending-answers.ts';
import { type Session, shareOf, trialShare } from './request/session.ts';

const FAR_MS = 10 * 365 * 86_400_000;
/** Nothing that is due could be done although nothing forbids it: looked at again soon, never in a tight loop. */
const LEAST_MS = 100;

/** The earliest time at which something of the portal can go on, ms; null when nothing waits. */
export async function nextDue(session: Session): Promise<number | null> {
  const jobs = isCrowded(session) ? [] : await jobTimes(session);
  const times = [...trialTimes(session), ...answerTimes(session), ...jobs];
  return times.length > 0 ? Math.max(Math.min(...times), session.engine.clock.now() + LEAST_MS) : null;
}

function trialTimes({ rest, lives, engine }: Session): number[] {
  const now = engine.clock.now();
  return lives
    .flatMap(openTrials)
    .map((trial) =>
      Math.max(trial.notBefore, rest.restingUntil(requestOf(trial).method), now + rest.waitMs(trialShare(trial))),
    );
}

/** Workflows that wait for jobs which are under way. */
const answerTimes = ({ lives, engine }: Session): number[] =>
  lives
    .flatMap(({ slice, advanced }) =>
      slice.shares.filter(({ job, owesAnswer }) => owesAnswer && !advanced.has(job.id)).map(({ job }) => job),
    )
    .flatMap((job) => earlyAnswerAt(job) ?? [])
    .filter((at) => at > engine.clock.now());

async function jobTimes(session: Session): Promise<number[]> {
  const times = await Promise.all(LANES.map((lane) => laneTime(session, lane)));
  return times.filter((time) => time !== null);
}

async function laneTime({ engine, portal, rest, lives }: Session, lane: Lane): Promise<number | null> {
  const now = engine.clock.now();
  const busy = busyJobs(lives);
  const due = await engine.jobs.due(portal, lane, now + FAR_MS, busy.size + 1);
  const first = due.find(({ id }) => !busy.has(id));
  return first === undefined ? null : Math.max(first.dueAt, now + rest.waitMs(shareOf(lane)));
}
