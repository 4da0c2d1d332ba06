import { type Job, LANES, type Lane } from './job.ts';
import { busyActivities, busyJobs, type LiveSlice, liveSlice, openTrials } from './live-slice.ts';
import { type Plan, type Portion, placePlan } from './place-plan.ts';
import { planJobs } from './plan-jobs.ts';
import { progressOfShare } from './progress-of-share.ts';
import { answerCall } from './robot-answer.ts';
import type { Asked, Session } from './session.ts';
import { CHANGE_METHODS, requestOf } from './trial.ts';

export type Turn = {
  readonly asked: readonly Asked[];
  /** Something was stored although nothing needs to be asked for it. */
  readonly progressed: boolean;
};

/** Fills one request: what was begun first, then answers that are owed and new work, lane by lane (D§2). */
export async function composeTurn(session: Session): Promise<Turn> {
  const begun = trialsDue(session);
  const alone = begun.find((asked) => asked.trial.alone && asked.trial.state === 'fresh');
  if (alone !== undefined) return { asked: [alone], progressed: false };

  const asked: Asked[] = begun.slice(0, session.room);
  const portions: Portion[] = [];
  let progressed = false;
  for (const lane of LANES) {
    const room = session.room - asked.length - portions.reduce((sum, { trials }) => sum + trials.length, 0);
    if (room <= 0) break;
    const found = await fillFromLane(session, lane, room, portions);
    asked.push(...found.answers);
    progressed ||= found.progressed;
  }
  if (portions.length > 0) asked.push(...begin(session, portions));
  return { asked, progressed };
}

function trialsDue({ engine, rest, lives }: Session): (Asked & { kind: 'trial' })[] {
  const now = engine.clock.now();
  return lives.flatMap((live) =>
    openTrials(live)
      .map((trial) => ({ kind: 'trial' as const, live, trial, call: requestOf(trial) }))
      .filter(({ trial, call }) => trial.notBefore <= now && rest.restingUntil(call.method) <= now),
  );
}

/** Appends to `portions` what fits; what was planned and does not fit stays in the backlog. */
async function fillFromLane(session: Session, lane: Lane, room: number, portions: Portion[]) {
  const { engine, backlog } = session;
  const jobs = await jobsDue(session, lane, room);
  const answers = jobs
    .filter(({ phase }) => phase === 'answering')
    .slice(0, room)
    .flatMap(answerAsked);
  const planned = await planJobs(
    session,
    jobs.filter(({ phase }) => phase === 'waiting'),
  );
  const plans = [...backlog.filter(({ job }) => job.lane === lane), ...planned];
  drop(backlog, lane);

  let left = room - answers.length;
  let progressed = false;
  const blocked = busyActivities(session.lives);
  for (const plan of plans) {
    const portion = placePlan(plan, left, engine.clock.now());
    if (isBlocked(portion, blocked)) await engine.jobs.postpone(plan.job, earliestTrial(session), plan.job.failures);
    else if (left <= 0 && plan.planned.steps.length > 0) backlog.push(plan);
    else {
      await engine.outcomes.record(portion.skipped);
      if (portion.trials.length > 0) portions.push(portion);
      else progressed = await endWithoutCommands(session, portion);
      left -= portion.trials.length;
    }
  }
  return { answers, progressed };
}

/** While the deletions of a portal rest, only jobs that need none are planned. */
async function jobsDue({ engine, portal, rest, lives, backlog }: Session, lane: Lane, room: number): Promise<Job[]> {
  const now = engine.clock.now();
  const busy = busyJobs(lives);
  for (const { job } of backlog) busy.add(job.id);
  const due = await engine.jobs.due(portal, lane, now, room + busy.size);
  const resting = rest.restingUntil(CHANGE_METHODS.unbind) > now;
  const needsNoChange = (job: Job) => job.phase === 'answering' || ['explain', 'register'].includes(job.task.kind);
  return due.filter((job) => !busy.has(job.id) && (!resting || needsNoChange(job))).slice(0, room);
}

const answerAsked = (job: Job): Asked[] =>
  job.eventToken === null ? [] : [{ kind: 'answer', job, call: answerCall(job, job.eventToken) }];

function drop(backlog: Plan[], lane: Lane): void {
  const others = backlog.filter(({ job }) => job.lane !== lane);
  backlog.splice(0, backlog.length, ...others);
}

/** No change of an activity is sent while an earlier one may still be at work (D§3). */
const isBlocked = ({ trials }: Portion, activities: ReadonlySet<number>): boolean =>
  trials.some(({ command }) => activities.has(command.activityId));

const earliestTrial = ({ lives, engine }: Session): number =>
  Math.max(engine.clock.now(), Math.min(...lives.flatMap(openTrials).map(({ notBefore }) => notBefore)));

async function endWithoutCommands({ engine }: Session, { share }: Portion): Promise<true> {
  const now = engine.clock.now();
  await engine.jobs.advance(share.job, progressOfShare(share, [], now), now);
  return true;
}

/** The new slice of this turn; it is stored together with its intent. */
function begin({ engine, portal, lives }: Session, portions: readonly Portion[]): Asked[] {
  const live: LiveSlice = liveSlice({
    portal,
    id: engine.randomId(),
    shares: portions.map(({ share }) => share),
    trials: portions.flatMap(({ trials }) => trials),
  });
  lives.push(live);
  return live.slice.trials.map((trial) => ({ kind: 'trial', live, trial, call: requestOf(trial) }));
}
