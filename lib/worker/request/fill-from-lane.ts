import { elementKey } from '../../bitrix24/crm/element.ts';
import type { Attempt } from '../../jobs/intent.ts';
import type { Job, Lane } from '../../jobs/job.ts';
import { progressOfPart } from '../../jobs/job-progress.ts';
import { answerCall } from '../../jobs/workflow-answer.ts';
import { CHANGE_METHODS } from '../attempt/attempt.ts';
import { endAnswered } from './finish-answered-job.ts';
import { fitPlan, type PlannedJob, type Portion } from './fit-plan.ts';
import { changedBy, isByState, isStalePlan } from './is-stale-plan.ts';
import { busyActivities, busyJobs, openAttempts } from './open-intent.ts';
import { earlyAnswerAt } from './pending-answers.ts';
import { planJobs } from './plan-jobs.ts';
import { type Asked, allotmentOf, type Session } from './session.ts';

export type TakenJobs = { readonly answers: readonly Asked[]; readonly progressed: boolean };

/** Takes the due jobs of a lane. Appends to `portions` what fits; what was planned and does not fit stays in the backlog. */
export async function takeFromLane(
  session: Session,
  lane: Lane,
  room: number,
  portions: Portion[],
  leftOut: ReadonlySet<string>,
): Promise<TakenJobs> {
  const { backlog } = session;
  const jobs = (await jobsDue(session, lane, room)).filter(({ id }) => !leftOut.has(id));
  const answers = jobs.filter(({ phase }) => phase === 'answering').flatMap(answerAsked);
  const silent = jobs.filter(({ phase, eventToken }) => phase === 'answering' && eventToken === null);
  for (const job of silent) await endAnswered(session, job);
  const waiting = jobs.filter(({ phase }) => phase === 'waiting');
  const planned = await planJobs(session, waiting, allotmentOf(lane));
  const plans = [...backlog.filter(({ job }) => job.lane === lane), ...planned];
  const others = backlog.filter(({ job }) => job.lane !== lane);
  backlog.splice(0, backlog.length, ...others);

  const progressed = await takeUpPlans(session, plans, room - answers.length, portions);
  return { answers, progressed: progressed || silent.length > 0 || planned.length < waiting.length };
}

async function takeUpPlans(
  session: Session,
  plans: readonly PlannedJob[],
  room: number,
  portions: Portion[],
): Promise<boolean> {
  const { ports, backlog } = session;
  const blocked = busyActivities(session.openIntents);
  let left = room;
  let progressed = false;
  for (const plan of plans) {
    if (isStalePlan(plan, portions)) {
      // A careful worker has counted a beginning that was none.
      if (session.careful) await ports.jobs.postpone(plan.job, ports.clock.now(), plan.job.failures, plan.job.begun);
      continue;
    }
    const portion = fitPlan(plan, left, ports.clock.now());
    if (repeats(portion, portions)) {
      backlog.push(plan);
    } else if (isBlocked(plan, portion, blocked)) {
      await ports.jobs.postpone(plan.job, earliestAttempt(session), plan.job.failures);
    } else if (left <= 0 && plan.planned.steps.length > 0) {
      backlog.push(plan);
    } else {
      await ports.outcomes.record(portion.skipped);
      if (portion.attempts.length > 0) portions.push(portion);
      else progressed = await endWithoutCommands(session, portion);
      left -= portion.attempts.length;
    }
  }
  return progressed;
}

/**
 * While the deletions of a portal rest, jobs that need one are put off, one behind the other, so that answers and
 * registrations behind them are found.
 */
async function jobsDue(session: Session, lane: Lane, room: number): Promise<Job[]> {
  const { ports, portal, api, openIntents, backlog } = session;
  const busy = busyJobs(openIntents);
  for (const { job } of backlog) busy.add(job.id);
  const due = await ports.jobs.due(portal, lane, ports.clock.now(), room + busy.size);
  const free = due.filter((job) => !busy.has(job.id)).slice(0, room);

  const restingUntil = api.restingUntil(CHANGE_METHODS.unbind);
  if (restingUntil <= ports.clock.now()) return free;
  const later = free.filter(needsChange);
  await Promise.all(
    later.map((job, index) => {
      const answerAt = earlyAnswerAt(job) ?? 0;
      // An early answer whose time has passed is no reason to look again before the rest is over.
      const until = answerAt > ports.clock.now() ? Math.min(restingUntil, answerAt) : restingUntil;
      return ports.jobs.postpone(job, until + index, job.failures);
    }),
  );
  return free.filter((job) => !needsChange(job));
}

const needsChange = ({ phase, task }: Job): boolean =>
  phase === 'waiting' && !['explain', 'register'].includes(task.kind);

const answerAsked = (job: Job): Asked[] =>
  job.eventToken === null ? [] : [{ kind: 'answer', job, call: answerCall(job, job.eventToken) }];

/** Two commands for one binding do not share a request: were its answer lost, both would take the removal for theirs. */
function repeats({ attempts }: Portion, portions: readonly Portion[]): boolean {
  const asked = new Set(portions.flatMap((portion) => portion.attempts.map(bindingOf)));
  return attempts.some((attempt) => asked.has(bindingOf(attempt)));
}

const bindingOf = ({ command }: Attempt): string => `${command.activityId}/${elementKey(command.element)}`;

/**
 * No change of an activity is sent while an earlier one may still be at work (D§3). What counts on the state that it leaves
 * does not wait in the backlog either.
 */
function isBlocked(plan: PlannedJob, { attempts }: Portion, activities: ReadonlySet<number>): boolean {
  const changed = isByState(plan) ? changedBy(plan) : attempts.map(({ command }) => command.activityId);
  return changed.some((activityId) => activities.has(activityId));
}

/** Looked at again when the first doubt may be settled, never in a tight loop. */
const earliestAttempt = ({ openIntents, ports }: Session): number =>
  Math.max(ports.clock.now() + 1_000, Math.min(...openIntents.flatMap(openAttempts).map(({ notBefore }) => notBefore)));

async function endWithoutCommands({ ports }: Session, { part }: Portion): Promise<true> {
  const now = ports.clock.now();
  await ports.jobs.advance(part.job, progressOfPart(part, [], now), now);
  return true;
}
