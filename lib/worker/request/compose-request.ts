import { LANES } from '../../jobs/job.ts';
import { requestOf } from '../attempt/attempt.ts';
import { fillFromLane } from './fill-from-lane.ts';
import type { Portion } from './fit-plan.ts';
import { isOutdated } from './is-stale-plan.ts';
import { type LiveSlice, liveSlice, openTrials } from './open-intent.ts';
import { earlyAnswers } from './pending-answers.ts';
import { type Asked, roomOf, type Session, shareOf, trialShare } from './session.ts';

export type Turn = {
  readonly asked: readonly Asked[];
  /** Something was stored although nothing needs to be asked for it. */
  readonly progressed: boolean;
};

/** With so many commands waiting for certainty, the portal is in trouble, and no new work is begun. */
const MOST_OPEN_TRIALS = 200;

/** Fills one request: what was begun first, then answers that are owed and new work, lane by lane (D§2). */
export async function composeTurn(session: Session): Promise<Turn> {
  const begun = trialsDue(session);
  const alone = begun.find((asked) => asked.trial.alone && asked.trial.state === 'fresh');
  if (alone !== undefined) return { asked: [alone], progressed: false };

  const room = roomOf(session);
  // Answers that are urgent leave room for the work itself.
  const early = (await earlyAnswers(session)).slice(0, Math.ceil(room / 2));
  const asked: Asked[] = [...early, ...begun].slice(0, room);
  const portions: Portion[] = [];
  let progressed = false;
  for (const lane of LANES) {
    const left = room - asked.length - portions.reduce((sum, { trials }) => sum + trials.length, 0);
    if (left <= 0 || isCrowded(session) || session.rest.waitMs(shareOf(lane)) > 0) break;
    const found = await fillFromLane(session, lane, left, portions, jobsOf(early));
    asked.push(...found.answers);
    progressed ||= found.progressed;
  }
  if (portions.length > 0) asked.push(...begin(session, portions));
  return { asked, progressed };
}

/** A job whose workflow is answered in this turn is taken up in the next one, when it owes no answer any more. */
const jobsOf = (asked: readonly Asked[]): Set<string> =>
  new Set(asked.flatMap((one) => (one.kind === 'early_answer' ? [one.job.id] : [])));

export const isCrowded = ({ lives }: Session): boolean =>
  lives.reduce((sum, live) => sum + openTrials(live).length, 0) >= MOST_OPEN_TRIALS;

function trialsDue({ engine, rest, lives }: Session): (Asked & { kind: 'trial' })[] {
  const now = engine.clock.now();
  return lives.flatMap((live) =>
    openTrials(live)
      .map((trial) => ({ kind: 'trial' as const, live, trial, call: requestOf(trial) }))
      .filter(({ trial, call }) => trial.notBefore <= now && rest.restingUntil(call.method) <= now)
      .filter(({ trial }) => rest.waitMs(trialShare(trial)) === 0),
  );
}

/** The new slice of this turn; it is stored together with its intent. */
function begin({ engine, portal, lives, backlog }: Session, portions: readonly Portion[]): Asked[] {
  const current = backlog.filter((plan) => !isOutdated(plan, portions));
  backlog.splice(0, backlog.length, ...current);
  const live: LiveSlice = liveSlice({
    portal,
    id: engine.randomId(),
    shares: portions.map(({ share }) => share),
    trials: portions.flatMap(({ trials }) => trials),
  });
  lives.push(live);
  return live.slice.trials.map((trial) => ({ kind: 'trial', live, trial, call: requestOf(trial) }));
}
