import { type Attempt, callOf } from '../../jobs/attempt.ts';
import { LANES, type Lane } from '../../jobs/job.ts';
import { MOST_OPEN_ATTEMPTS } from '../policy.ts';
import { collectPendingAnswers, type PendingAnswer, roomToAnswer } from './collect-pending-answers.ts';
import { endExpired } from './end-expired.ts';
import { isStalePlan, type Portion } from './fit-plan.ts';
import { newOpenIntent, type OpenIntent, openAttempts } from './open-intent.ts';
import { allotmentOf, attemptAllotment, laneOf, type RequestItem, roomOf, type Session } from './session.ts';
import { takeFromLane, takeJobs } from './take-from-lane.ts';

export type NextRequest = {
  readonly items: readonly RequestItem[];
  /** Something was stored although it needed no call. */
  readonly progressed: boolean;
};

type AttemptItem = Extract<RequestItem, { kind: 'attempt' }>;

const NOTHING: NextRequest = { items: [], progressed: false };

/**
 * Fills one request. What failed before takes turns with everything else, so that neither waits for more than one request
 * of the other (D§2).
 */
export async function beginRequest(session: Session): Promise<NextRequest> {
  session.reading.restart();
  if (await endExpired(session)) return { items: [], progressed: true };
  const due = attemptsDue(session);
  const isTroubledTurn = session.troubledTurn;
  session.troubledTurn = !isTroubledTurn;
  if (isTroubledTurn) {
    const troubled = await beginTroubledRequest(session, due.filter(isTroubled));
    if (isSomething(troubled)) return troubled;
  }
  session.troubledJobs.length = 0;
  const request = await beginOrdinaryRequest(
    session,
    due.filter((item) => !isTroubled(item)),
  );
  return isSomething(request) ? request : await beginTroubledRequest(session, due.filter(isTroubled));
}

const isSomething = ({ items, progressed }: NextRequest): boolean => items.length > 0 || progressed;

const isTroubled = ({ attempt }: Pick<AttemptItem, 'attempt'>): boolean =>
  attempt.alone || attempt.requestSize !== undefined;

const hasTroubled = ({ openIntents }: Session): boolean =>
  openIntents.flatMap(openAttempts).some((attempt) => isTroubled({ attempt }));

/** What was begun before, answers that are owed, and new work, lane by lane: robots before everything else (D§2). */
async function beginOrdinaryRequest(session: Session, begun: readonly AttemptItem[]): Promise<NextRequest> {
  // Urgent answers leave room for the work itself.
  const urgent = (await collectPendingAnswers(session)).filter(isFirstTry(session));
  const pending = urgent.slice(0, Math.ceil(roomOf(session) / 2));
  if (pending.length > 0) session.reading.noteUrgentWork();
  const items: RequestItem[] = [...pending];
  const portions: Portion[] = [];
  let progressed = false;
  const used = () => items.length + portions.reduce((sum, { attempts }) => sum + attempts.length, 0);
  // Planning reads, which tells how fast the portal is, and so how much fits.
  const left = () => Math.max(0, Math.min(roomOf(session), roomToAnswer(pending, session)) - used());
  for (const lane of LANES) {
    // While requests die of something, robots are sent apart from what may be the next to do so.
    if (lane !== 'robot' && used() > 0 && hasTroubled(session)) break;
    items.push(...begun.filter(({ attempt }) => laneOf(attempt) === lane).slice(0, left()));
    if (left() === 0 || isCrowded(session, lane) || session.api.waitMs(allotmentOf(lane)) > 0) continue;
    if (used() > 0) session.reading.noteWork();
    if (lane !== 'robot' && !session.reading.allows(1)) continue;
    const taken = await takeFromLane(session, lane, left, portions, jobsOf(pending));
    items.push(...taken.answers);
    progressed ||= taken.progressed;
  }
  items.push(...beginAttempts(session, portions));
  return { items, progressed };
}

/** One part of a request that died, or one job or answer that failed before, the most urgent first. */
async function beginTroubledRequest(session: Session, begun: readonly AttemptItem[]): Promise<NextRequest> {
  const answer = (await failedPendingAnswers(session))[0];
  if (answer !== undefined) return { items: [answer], progressed: false };

  const [first] = begun;
  const job = session.troubledJobs.shift();
  const isJobFirst = job !== undefined && (first === undefined || job.lane === 'robot');
  if (isJobFirst) return await beginTroubledJob(session, job);
  if (job !== undefined) session.troubledJobs.unshift(job);
  if (first === undefined) return NOTHING;
  if (first.attempt.alone) return { items: [first], progressed: false };
  const most = Math.min(roomOf(session), first.attempt.requestSize ?? 1);
  const alike = begun.filter(({ attempt }) => !attempt.alone && attempt.requestSize === first.attempt.requestSize);
  return { items: alike.slice(0, most), progressed: false };
}

async function beginTroubledJob(session: Session, job: Session['troubledJobs'][number]): Promise<NextRequest> {
  if (session.api.waitMs(allotmentOf(job.lane)) > 0) return NOTHING;
  const portions: Portion[] = [];
  const { answers, progressed } = await takeJobs(session, job.lane, [job], () => roomOf(session), portions);
  return { items: answers.length > 0 ? answers : beginAttempts(session, portions), progressed };
}

const isFirstTry =
  ({ failedAnswers }: Session) =>
  ({ job }: PendingAnswer): boolean =>
    !failedAnswers.has(job.id);

async function failedPendingAnswers(session: Session): Promise<PendingAnswer[]> {
  if (session.failedAnswers.size === 0) return [];
  const isFirst = isFirstTry(session);
  return (await collectPendingAnswers(session)).filter((answer) => !isFirst(answer));
}

/** A job whose workflow is answered in this request is taken up in the next one, when it owes no answer any more. */
const jobsOf = (items: readonly PendingAnswer[]): Set<string> => new Set(items.map(({ job }) => job.id));

/** Too many commands of the lane, and of more urgent ones, are under way to begin new ones. */
export const isCrowded = ({ openIntents }: Session, lane: Lane): boolean =>
  openIntents.flatMap(openAttempts).filter((attempt) => urgencyOf(attempt) <= LANES.indexOf(lane)).length >=
  MOST_OPEN_ATTEMPTS;

const urgencyOf = (attempt: Attempt): number => LANES.indexOf(laneOf(attempt));

/** The most urgent first. */
function attemptsDue({ ports, api, openIntents }: Session): AttemptItem[] {
  const now = ports.clock.now();
  return openIntents
    .flatMap((openIntent) =>
      openAttempts(openIntent)
        .map((attempt) => ({ kind: 'attempt' as const, openIntent, attempt, call: callOf(attempt) }))
        .filter(({ attempt, call }) => attempt.notBefore <= now && api.restingUntil(call.method) <= now)
        .filter(({ attempt }) => api.waitMs(attemptAllotment(attempt)) === 0),
    )
    .toSorted((one, other) => urgencyOf(one.attempt) - urgencyOf(other.attempt));
}

/** Opens the intent of this request's new work; it is stored right before it is sent. */
function beginAttempts({ ports, portal, openIntents, backlog }: Session, portions: readonly Portion[]): RequestItem[] {
  if (portions.length === 0) return [];
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
