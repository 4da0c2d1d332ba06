import { elementKey } from '../../bitrix24/crm/element.ts';
import { type Attempt, CHANGE_METHODS } from '../../jobs/attempt.ts';
import type { Job, Lane } from '../../jobs/job.ts';
import { finishAnsweredJob, progressOfPart } from '../../jobs/job-progress.ts';
import { ANSWER_METHOD, answerCall } from '../../jobs/workflow-answer.ts';
import { BUSY_JOB_RETRY_MS, LONGEST_ANSWER_REST_MS, MOST_TROUBLED_JOBS_PASSED } from '../policy.ts';
import { untilAnswer } from './collect-pending-answers.ts';
import {
  activitiesToChange,
  fitPlan,
  fitsIntent,
  isPlannedByBindings,
  isStalePlan,
  type PlannedJob,
  type Portion,
} from './fit-plan.ts';
import { busyActivities, busyJobs, openAttempts } from './open-intent.ts';
import { planOrPostponeJobs } from './plan-or-postpone-jobs.ts';
import { allotmentOf, type RequestItem, type Session } from './session.ts';

export type TakenJobs = { readonly answers: readonly RequestItem[]; readonly progressed: boolean };

/** Takes the due jobs of a lane. Appends what fits to `portions`; what was planned and does not fit stays in the backlog. */
export async function takeFromLane(
  session: Session,
  lane: Lane,
  room: () => number,
  portions: Portion[],
  leftOut: ReadonlySet<string>,
): Promise<TakenJobs> {
  const free = await freeJobs(session, lane, room(), leftOut);
  return await takeJobs(session, lane, await postponeWhileDeletionsRest(session, free), room, portions);
}

/** Takes up jobs of one lane, and what of it is in the backlog. */
export async function takeJobs(
  session: Session,
  lane: Lane,
  jobs: readonly Job[],
  room: () => number,
  portions: Portion[],
): Promise<TakenJobs> {
  const { ports, backlog } = session;
  const answers = (await postponeWhileAnswersRest(session, jobs)).flatMap(answerItem);
  const answered = jobs.filter(({ phase, eventToken }) => phase === 'answering' && eventToken === null);
  for (const job of answered) await finishAnsweredJob(ports.jobs, job, ports.clock.now());
  const waiting = jobs.filter(({ phase }) => phase === 'waiting');
  const planned = await planOrPostponeJobs(session, waiting, allotmentOf(lane));
  const plans = [...backlog.filter(({ job }) => job.lane === lane), ...planned];
  const others = backlog.filter(({ job }) => job.lane !== lane);
  backlog.splice(0, backlog.length, ...others);

  const progressed = await takeUpPlans(session, plans, room() - answers.length, portions);
  return { answers, progressed: progressed || answered.length > 0 || planned.length < waiting.length };
}

async function takeUpPlans(
  session: Session,
  plans: readonly PlannedJob[],
  room: number,
  portions: Portion[],
): Promise<boolean> {
  const { ports, backlog } = session;
  const busy = busyActivities(session.openIntents);
  let left = room;
  let progressed = false;
  for (const plan of plans) {
    if (isStalePlan(plan, portions)) {
      // A careful worker has counted a beginning that did not happen.
      if (session.careful) await ports.jobs.postpone(plan.job, ports.clock.now(), plan.job.failures, plan.job.begun);
      continue;
    }
    const portion = fitPlan(plan, left, ports.clock.now());
    if (repeats(portion, portions) || !fitsIntent(portion, portions)) {
      backlog.push(plan);
    } else if (isBlocked(plan, portion, busy)) {
      await ports.jobs.postpone(plan.job, earliestAttempt(session), plan.job.failures);
    } else if (left <= 0 && plan.planned.steps.length > 0) {
      backlog.push(plan);
    } else {
      await ports.outcomes.record(portion.skipped);
      if (portion.attempts.length > 0) portions.push(portion);
      else progressed = await advanceWithoutCommands(session, portion);
      left -= portion.attempts.length;
    }
  }
  return progressed;
}

/**
 * Due jobs of a lane that are neither under way nor in the backlog nor left out. One that failed before waits for a request
 * of its own: requests that die of it must not take others with them (D§2).
 */
async function freeJobs(
  { ports, portal, openIntents, backlog, troubledJobs }: Session,
  lane: Lane,
  room: number,
  leftOut: ReadonlySet<string>,
): Promise<Job[]> {
  const busy = new Set([...busyJobs(openIntents), ...leftOut]);
  for (const { job } of backlog) busy.add(job.id);
  const now = ports.clock.now();
  const freeOf = (due: readonly Job[]) => due.filter((job) => !busy.has(job.id));
  const near = await ports.jobs.due(portal, lane, now, room + busy.size);
  const isHidden = near.length >= room + busy.size && freeOf(near).some(({ failures }) => failures > 0);
  const free = freeOf(isHidden ? await ports.jobs.due(portal, lane, now, MOST_TROUBLED_JOBS_PASSED) : near);
  troubledJobs.push(...free.filter(({ failures }) => failures > 0));
  return free.filter(({ failures }) => failures === 0).slice(0, room);
}

/**
 * While the deletions of a portal rest, jobs that need one are postponed, one behind the other, so that answers and
 * registrations behind them are found. Returns the jobs that need none.
 */
async function postponeWhileDeletionsRest(session: Session, jobs: readonly Job[]): Promise<readonly Job[]> {
  const { ports, api } = session;
  const restingUntil = api.restingUntil(CHANGE_METHODS.unbind);
  if (restingUntil <= ports.clock.now()) return jobs;
  const later = jobs.filter(needsChange);
  await Promise.all(
    later.map((job, index) => ports.jobs.postpone(job, untilAnswer(job, restingUntil, session) + index, job.failures)),
  );
  return jobs.filter((job) => !needsChange(job));
}

/** Answers wait while their method does. Returns those that need not. */
async function postponeWhileAnswersRest({ ports, api }: Session, jobs: readonly Job[]): Promise<readonly Job[]> {
  const answering = jobs.filter(({ phase, eventToken }) => phase === 'answering' && eventToken !== null);
  const restingUntil = api.restingUntil(ANSWER_METHOD);
  if (restingUntil <= ports.clock.now()) return answering;
  const until = Math.min(restingUntil, ports.clock.now() + LONGEST_ANSWER_REST_MS);
  await Promise.all(answering.map((job) => ports.jobs.postpone(job, until, job.failures)));
  return [];
}

const needsChange = ({ phase, task }: Job): boolean =>
  phase === 'waiting' && !['explain', 'register', 'plan'].includes(task.kind);

const answerItem = (job: Job): RequestItem[] =>
  job.eventToken === null ? [] : [{ kind: 'answer', job, call: answerCall(job, job.eventToken) }];

/** Two commands for one binding never share a request: if its answer were lost, both would claim the removal. */
function repeats({ attempts }: Portion, portions: readonly Portion[]): boolean {
  const bindings = new Set(portions.flatMap((portion) => portion.attempts.map(bindingOf)));
  return attempts.some((attempt) => bindings.has(bindingOf(attempt)));
}

const bindingOf = ({ command }: Attempt): string => `${command.activityId}/${elementKey(command.element)}`;

/**
 * No change of an activity is sent while an earlier one may still be at work (D§3). A plan that depends on the state which
 * that change leaves does not wait in the backlog either.
 */
function isBlocked(plan: PlannedJob, { attempts }: Portion, busy: ReadonlySet<number>): boolean {
  const changed = isPlannedByBindings(plan)
    ? activitiesToChange(plan)
    : attempts.map(({ command }) => command.activityId);
  return changed.some((activityId) => busy.has(activityId));
}

/** When the first doubt may be settled, ms; not at once, so that there is no tight loop. */
const earliestAttempt = ({ openIntents, ports }: Session): number =>
  Math.max(
    ports.clock.now() + BUSY_JOB_RETRY_MS,
    Math.min(...openIntents.flatMap(openAttempts).map(({ notBefore }) => notBefore)),
  );

async function advanceWithoutCommands(session: Session, { part }: Portion): Promise<true> {
  const { ports } = session;
  session.progressed = true;
  const now = ports.clock.now();
  await ports.jobs.advance(part.job, progressOfPart(part, [], now), now);
  return true;
}
