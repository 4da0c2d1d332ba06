import { LANES } from '../../jobs/job.ts';
import { requestOf } from '../attempt/attempt.ts';
import { takeFromLane } from './fill-from-lane.ts';
import type { Portion } from './fit-plan.ts';
import { isStalePlan } from './is-stale-plan.ts';
import { newOpenIntent, type OpenIntent, openAttempts } from './open-intent.ts';
import { earlyAnswers } from './pending-answers.ts';
import { type Asked, allotmentOf, attemptAllotment, roomOf, type Session } from './session.ts';

export type NextRequest = {
  readonly asked: readonly Asked[];
  /** Something was stored although nothing needs to be asked for it. */
  readonly progressed: boolean;
};

/** With so many commands waiting for certainty, the portal is in trouble, and no new work is begun. */
const MOST_OPEN_ATTEMPTS = 200;

/** Fills one request: what was begun first, then answers that are owed and new work, lane by lane (D§2). */
export async function beginNextRequest(session: Session): Promise<NextRequest> {
  const begun = attemptsDue(session);
  const alone = begun.find((asked) => asked.attempt.alone && asked.attempt.state === 'fresh');
  if (alone !== undefined) return { asked: [alone], progressed: false };

  const room = roomOf(session);
  // Answers that are urgent leave room for the work itself.
  const early = (await earlyAnswers(session)).slice(0, Math.ceil(room / 2));
  const asked: Asked[] = [...early, ...begun].slice(0, room);
  const portions: Portion[] = [];
  let progressed = false;
  for (const lane of LANES) {
    const left = room - asked.length - portions.reduce((sum, { attempts }) => sum + attempts.length, 0);
    if (left <= 0 || isCrowded(session) || session.api.waitMs(allotmentOf(lane)) > 0) break;
    const found = await takeFromLane(session, lane, left, portions, jobsOf(early));
    asked.push(...found.answers);
    progressed ||= found.progressed;
  }
  if (portions.length > 0) asked.push(...beginAttempts(session, portions));
  return { asked, progressed };
}

/** A job whose workflow is answered in this turn is taken up in the next one, when it owes no answer any more. */
const jobsOf = (asked: readonly Asked[]): Set<string> =>
  new Set(asked.flatMap((one) => (one.kind === 'early_answer' ? [one.job.id] : [])));

export const isCrowded = ({ openIntents }: Session): boolean =>
  openIntents.reduce((sum, openIntent) => sum + openAttempts(openIntent).length, 0) >= MOST_OPEN_ATTEMPTS;

function attemptsDue({ ports, api, openIntents }: Session): (Asked & { kind: 'attempt' })[] {
  const now = ports.clock.now();
  return openIntents.flatMap((openIntent) =>
    openAttempts(openIntent)
      .map((attempt) => ({ kind: 'attempt' as const, openIntent, attempt, call: requestOf(attempt) }))
      .filter(({ attempt, call }) => attempt.notBefore <= now && api.restingUntil(call.method) <= now)
      .filter(({ attempt }) => api.waitMs(attemptAllotment(attempt)) === 0),
  );
}

/** The new slice of this turn; it is stored together with its intent. */
function beginAttempts({ ports, portal, openIntents, backlog }: Session, portions: readonly Portion[]): Asked[] {
  const current = backlog.filter((plan) => !isStalePlan(plan, portions));
  backlog.splice(0, backlog.length, ...current);
  const openIntent: OpenIntent = newOpenIntent({
    portal,
    id: ports.randomId(),
    shares: portions.map(({ part }) => part),
    trials: portions.flatMap(({ attempts }) => attempts),
  });
  openIntents.push(openIntent);
  return openIntent.intent.trials.map((attempt) => ({
    kind: 'attempt',
    openIntent,
    attempt,
    call: requestOf(attempt),
  }));
}
