import { callOf } from '../../jobs/attempt.ts';
import { LANES } from '../../jobs/job.ts';
import { MOST_OPEN_ATTEMPTS } from '../policy.ts';
import { collectPendingAnswers, roomToAnswer } from './collect-pending-answers.ts';
import { isStalePlan, type Portion } from './fit-plan.ts';
import { newOpenIntent, type OpenIntent, openAttempts } from './open-intent.ts';
import { allotmentOf, attemptAllotment, type RequestItem, roomOf, type Session } from './session.ts';
import { takeFromLane } from './take-from-lane.ts';

export type NextRequest = {
  readonly items: readonly RequestItem[];
  /** Something was stored although it needed no call. */
  readonly progressed: boolean;
};

/** Fills one request: what was begun before, then answers that are owed and new work, lane by lane (D§2). */
export async function beginRequest(session: Session): Promise<NextRequest> {
  const begun = attemptsDue(session);
  const alone = begun.find(({ attempt }) => attempt.alone && attempt.state === 'fresh');
  if (alone !== undefined) return { items: [alone], progressed: false };

  session.reading.restart();
  // Urgent answers leave room for the work itself.
  const pending = (await collectPendingAnswers(session)).slice(0, Math.ceil(roomOf(session) / 2));
  if (pending.length > 0) session.reading.noteUrgentWork();
  const room = Math.min(roomOf(session), roomToAnswer(pending, session));
  const items: RequestItem[] = [...pending, ...begun].slice(0, room);
  const portions: Portion[] = [];
  let progressed = false;
  // Planning reads, which tells how fast the portal is, and so how much fits.
  const left = (): number =>
    Math.min(roomOf(session), roomToAnswer(pending, session)) -
    items.length -
    portions.reduce((sum, { attempts }) => sum + attempts.length, 0);
  for (const lane of LANES) {
    if (left() <= 0 || isCrowded(session) || session.api.waitMs(allotmentOf(lane)) > 0) break;
    if (items.length + portions.length > 0) session.reading.noteWork();
    if (lane !== 'robot' && !session.reading.allows(1)) break;
    const taken = await takeFromLane(session, lane, left, portions, jobsOf(pending));
    items.push(...taken.answers);
    progressed ||= taken.progressed;
  }
  if (portions.length > 0) items.push(...beginAttempts(session, portions));
  return { items, progressed };
}

/** A job whose workflow is answered in this request is taken up in the next one, when it owes no answer any more. */
const jobsOf = (items: readonly RequestItem[]): Set<string> =>
  new Set(items.flatMap((item) => (item.kind === 'pending_answer' ? [item.job.id] : [])));

/** Too many commands wait for certainty to begin new ones. */
export const isCrowded = ({ openIntents }: Session): boolean =>
  openIntents.reduce((sum, openIntent) => sum + openAttempts(openIntent).length, 0) >= MOST_OPEN_ATTEMPTS;

function attemptsDue({ ports, api, openIntents }: Session): (RequestItem & { kind: 'attempt' })[] {
  const now = ports.clock.now();
  return openIntents.flatMap((openIntent) =>
    openAttempts(openIntent)
      .map((attempt) => ({ kind: 'attempt' as const, openIntent, attempt, call: callOf(attempt) }))
      .filter(({ attempt, call }) => attempt.notBefore <= now && api.restingUntil(call.method) <= now)
      .filter(({ attempt }) => api.waitMs(attemptAllotment(attempt)) === 0),
  );
}

/** Opens the intent of this request's new work; it is stored right before it is sent. */
function beginAttempts({ ports, portal, openIntents, backlog }: Session, portions: readonly Portion[]): RequestItem[] {
  const current = backlog.filter((plan) => !isStalePlan(plan, portions));
  backlog.splice(0, backlog.length, ...current);
  const openIntent: OpenIntent = newOpenIntent({
    portal,
    id: ports.randomId(),
    shares: portions.map(({ part }) => part),
    trials: portions.flatMap(({ attempts }) => attempts),
  });
  openIntents.push(openIntent);
  return openIntent.intent.trials.map((attempt) => ({ kind: 'attempt', openIntent, attempt, call: callOf(attempt) }));
}
