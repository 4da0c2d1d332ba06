import { callOf } from '../jobs/attempt.ts';
import { LANES, type Lane } from '../jobs/job.ts';
import { FAR_AHEAD_MS, SHORTEST_REST_MS } from './policy.ts';
import { isCrowded } from './request/begin-request.ts';
import { pendingAnswerAt } from './request/collect-pending-answers.ts';
import { busyJobs, openAttempts } from './request/open-intent.ts';
import { allotmentOf, attemptAllotment, type Session } from './request/session.ts';

/** The earliest time at which some work of the portal can continue, ms; null when nothing waits. */
export async function nextDue(session: Session): Promise<number | null> {
  const jobs = await jobTimes(session);
  const again = [...session.failedAnswers.values()].filter((at) => at > session.ports.clock.now());
  const times = [...attemptTimes(session), ...answerTimes(session), ...again, ...jobs];
  return times.length > 0 ? Math.max(Math.min(...times), session.ports.clock.now() + SHORTEST_REST_MS) : null;
}

function attemptTimes({ api, openIntents, ports }: Session): number[] {
  const now = ports.clock.now();
  return openIntents
    .flatMap(openAttempts)
    .map((attempt) =>
      Math.max(
        attempt.notBefore,
        api.restingUntil(callOf(attempt).method),
        now + api.waitMs(attemptAllotment(attempt)),
      ),
    );
}

/** When workflows must be answered whose jobs are under way. */
const answerTimes = ({ openIntents, ports, api }: Session): number[] =>
  openIntents
    .flatMap(({ intent, advanced }) =>
      intent.shares.filter(({ job, owesAnswer }) => owesAnswer && !advanced.has(job.id)).map(({ job }) => job),
    )
    .flatMap((job) => pendingAnswerAt(job, api) ?? [])
    .filter((at) => at > ports.clock.now());

async function jobTimes(session: Session): Promise<number[]> {
  const open = LANES.filter((lane) => !isCrowded(session, lane));
  const times = await Promise.all(open.map((lane) => laneTime(session, lane)));
  return times.filter((time) => time !== null);
}

async function laneTime({ ports, portal, api, openIntents }: Session, lane: Lane): Promise<number | null> {
  const now = ports.clock.now();
  const busy = busyJobs(openIntents);
  const due = await ports.jobs.due(portal, lane, now + FAR_AHEAD_MS, busy.size + 1);
  const first = due.find(({ id }) => !busy.has(id));
  return first === undefined ? null : Math.max(first.dueAt, now + api.waitMs(allotmentOf(lane)));
}
