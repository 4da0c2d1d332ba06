import { LANES, type Lane } from '../jobs/job.ts';
import { requestOf } from './attempt/attempt.ts';
import { isCrowded } from './request/compose-request.ts';
import { busyJobs, openAttempts } from './request/open-intent.ts';
import { earlyAnswerAt } from './request/pending-answers.ts';
import { allotmentOf, attemptAllotment, type Session } from './request/session.ts';

const FAR_MS = 10 * 365 * 86_400_000;
/** Nothing that is due could be done although nothing forbids it: looked at again soon, never in a tight loop. */
const LEAST_MS = 100;

/** The earliest time at which something of the portal can go on, ms; null when nothing waits. */
export async function nextDue(session: Session): Promise<number | null> {
  const jobs = isCrowded(session) ? [] : await jobTimes(session);
  const times = [...attemptTimes(session), ...answerTimes(session), ...jobs];
  return times.length > 0 ? Math.max(Math.min(...times), session.ports.clock.now() + LEAST_MS) : null;
}

function attemptTimes({ api, openIntents, ports }: Session): number[] {
  const now = ports.clock.now();
  return openIntents
    .flatMap(openAttempts)
    .map((attempt) =>
      Math.max(
        attempt.notBefore,
        api.restingUntil(requestOf(attempt).method),
        now + api.waitMs(attemptAllotment(attempt)),
      ),
    );
}

/** Workflows that wait for jobs which are under way. */
const answerTimes = ({ openIntents, ports }: Session): number[] =>
  openIntents
    .flatMap(({ intent, advanced }) =>
      intent.shares.filter(({ job, owesAnswer }) => owesAnswer && !advanced.has(job.id)).map(({ job }) => job),
    )
    .flatMap((job) => earlyAnswerAt(job) ?? [])
    .filter((at) => at > ports.clock.now());

async function jobTimes(session: Session): Promise<number[]> {
  const times = await Promise.all(LANES.map((lane) => laneTime(session, lane)));
  return times.filter((time) => time !== null);
}

async function laneTime({ ports, portal, api, openIntents }: Session, lane: Lane): Promise<number | null> {
  const now = ports.clock.now();
  const busy = busyJobs(openIntents);
  const due = await ports.jobs.due(portal, lane, now + FAR_MS, busy.size + 1);
  const first = due.find(({ id }) => !busy.has(id));
  return first === undefined ? null : Math.max(first.dueAt, now + api.waitMs(allotmentOf(lane)));
}
