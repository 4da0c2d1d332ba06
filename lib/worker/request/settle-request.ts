import { errorPolicy } from '../../bitrix24/rest/error-policy.ts';
import type { RestAnswer } from '../../bitrix24/rest/rest-call.ts';
import type { Job } from '../../jobs/job.ts';
import { finishAnsweredJob, progressOfPart } from '../../jobs/job-progress.ts';
import type { Outcome } from '../../jobs/outcome.ts';
import { backoffMs } from '../backoff.ts';
import { MOST_ANSWER_FAILURES } from '../policy.ts';
import { type Decision, decideAttempt } from './decide-attempt.ts';
import { markAnswered, type OpenIntent, replaceAttempt } from './open-intent.ts';
import type { RequestItem, Session } from './session.ts';

type Ended = Extract<Decision, { kind: 'ended' }>;
type WorkflowAnswerItem = Exclude<RequestItem, { kind: 'attempt' }>;

/** What a request meant for the portal as a whole. */
export type Settled = {
  /** The portal cannot be served: Bitrix24's code, or ours. */
  readonly stop: string | null;
  /** Until when the portal must rest, ms, because it could not take the request as a whole; 0: it need not. */
  readonly restUntil: number;
};

/** Turns the answers of a request into outcomes and progress, in an order that a crash at any point leaves repairable. */
export async function settleRequest(
  session: Session,
  items: readonly RequestItem[],
  answers: readonly RestAnswer[],
  askedAt: number,
): Promise<Settled> {
  const { ports } = session;
  const ended: { openIntent: OpenIntent; decision: Ended }[] = [];
  let stop: string | null = null;

  for (const [index, item] of items.entries()) {
    const answer = answers[index] ?? { kind: 'unsent', reason: 'no answer was given' };
    if (item.kind !== 'attempt') {
      stop = (await settleAnswer(session, item, answer)) ?? stop;
      continue;
    }
    const decision = decideAttempt(item.attempt, answer, momentOf(session, item, askedAt));
    if (decision.kind === 'ended') ended.push({ openIntent: item.openIntent, decision });
    if (decision.kind !== 'ended') replaceAttempt(item.openIntent, decision.attempt);
    if (decision.kind === 'stopped') stop = decision.code;
  }

  await recordOutcomes(session, await Promise.all(ended.map((one) => correctedOutcome(session, one))));
  await settleIntents(session);
  return { stop, restUntil: restAfter(answers, items, ports.clock.now(), ports.random()) };
}

/**
 * Stores what has ended of each open intent, then the intent itself.
 *
 *   outcomes ──▶ progress of each job (conditional on `job.slice`) ──▶ intent closed
 *   A crash between two of these leaves the intent open: the next process finds the outcomes and repeats the rest.
 */
export async function settleIntents(session: Session): Promise<void> {
  const { ports, openIntents } = session;
  for (const openIntent of openIntents.slice()) {
    await advanceJobs(session, openIntent);
    if (openIntent.advanced.size === openIntent.intent.shares.length) {
      await ports.intents.close(openIntent.intent);
      openIntents.splice(openIntents.indexOf(openIntent), 1);
    } else if (openIntent.changed) {
      await ports.intents.write(openIntent.intent);
      openIntent.changed = false;
    }
  }
}

async function advanceJobs({ ports, leftOut }: Session, { intent, ended, advanced }: OpenIntent): Promise<void> {
  const now = ports.clock.now();
  const ready = intent.shares.flatMap((part) => {
    if (advanced.has(part.job.id)) return [];
    const ids = intent.trials.map(({ command }) => command).filter(({ jobId }) => jobId === part.job.id);
    const outcomes = ids.map(({ id }) => ended.get(id)).filter((outcome) => outcome !== undefined);
    return outcomes.length === ids.length ? [{ part, outcomes }] : [];
  });
  await Promise.all(
    ready.map(async ({ part, outcomes }) => {
      await ports.jobs.advance(part.job, progressOfPart(part, outcomes, now), now);
      if (!leftOut.has(part.job.id)) advanced.add(part.job.id);
    }),
  );
}

type EndedCommand = { readonly openIntent: OpenIntent; readonly outcome: Outcome };

async function recordOutcomes({ ports }: Session, ended: readonly EndedCommand[]) {
  if (ended.length === 0) return;
  await ports.outcomes.record(ended.map(({ outcome }) => outcome));
  for (const { openIntent, outcome } of ended) {
    openIntent.ended.set(outcome.id, outcome);
    ports.log.info('outcome', { ...outcome });
  }
}

/** An answer to a workflow is settled when it was accepted or refused for good; otherwise it is sent again later. */
async function settleAnswer(session: Session, item: WorkflowAnswerItem, answer: RestAnswer) {
  const { ports } = session;
  const { job } = item;
  const action = answer.kind === 'error' ? errorPolicy(item.call.method, answer.code, answer.status) : null;
  if (action === 'stop_portal' && answer.kind === 'error') return answer.code;
  // "0" inside a batch can be an earlier command's failure (B§2.1): it says nothing about this answer.
  const refused =
    (action === 'refuse' || action === 'already_done') && !(answer.kind === 'error' && answer.code === '0');
  const givenUp = job.failures >= MOST_ANSWER_FAILURES;
  if (answer.kind !== 'result') {
    const code = answer.kind === 'error' ? answer.code : answer.kind;
    ports.log.warn('answer_not_accepted', { portal: job.portal, job: job.id, code, final: refused || givenUp });
  }
  if (answer.kind === 'result' || refused || givenUp) await closeAnswer(session, item);
  else if (item.kind === 'answer') await postponeAnswer(session, job, item.call.method);
  return null;
}

async function closeAnswer(session: Session, item: WorkflowAnswerItem): Promise<void> {
  const { ports } = session;
  const { job } = item;
  if (item.kind === 'pending_answer') {
    await ports.jobs.dropEventToken(job);
    if (item.openIntent !== null) markAnswered(item.openIntent, job.id);
    return;
  }
  await finishAnsweredJob(ports.jobs, job, ports.clock.now());
}

/** Not for pending answers: they are owed until the job's end, and are looked for with every request. */
async function postponeAnswer({ ports, api }: Session, job: Job, method: string): Promise<void> {
  const failures = job.failures + 1;
  const now = ports.clock.now();
  const until = Math.max(now + backoffMs(failures, ports.random()), api.restingUntil(method));
  await ports.jobs.postpone(job, until, failures);
}

function momentOf({ ports, api }: Session, { call }: RequestItem, askedAt: number) {
  return { askedAt, now: ports.clock.now(), random: ports.random(), restingUntil: api.restingUntil(call.method) };
}

/**
 * A binding that is gone after a call without an answer counts as removed by us (D§3), unless our own records say that
 * another command of ours removed it after this one's job was created.
 */
async function correctedOutcome(
  session: Session,
  { openIntent, decision }: { readonly openIntent: OpenIntent; readonly decision: Ended },
): Promise<EndedCommand> {
  const outcome = outcomeOf(session, decision);
  const before = { unbound: 'already_unbound', bound: 'already_bound' } as const;
  if (!decision.presumed || (outcome.status !== 'unbound' && outcome.status !== 'bound'))
    return { openIntent, outcome };

  const { command } = decision.attempt;
  const last = await session.ports.lastChanges.lastChange(session.portal, command.activityId, command.element);
  const since = openIntent.intent.shares.find(({ job }) => job.id === command.jobId)?.job.createdAt ?? 0;
  const isOthers = last !== null && last.command !== command.id && last.status === outcome.status && last.at >= since;
  return { openIntent, outcome: isOthers ? { ...outcome, status: before[outcome.status] } : outcome };
}

function outcomeOf({ ports, portal }: Session, { attempt, status, code }: Ended): Outcome {
  const now = ports.clock.now();
  const { command } = attempt;
  return {
    id: command.id,
    activityId: command.activityId,
    ...command.element,
    portal,
    status,
    code,
    trigger: attempt.trigger,
    cause: attempt.cause,
    ...(attempt.rule === undefined ? {} : { rule: attempt.rule }),
    attempts: attempt.attempts,
    durationMs: now - (attempt.firstSentAt ?? now),
    at: new Date(now).toISOString(),
  };
}

/** If every call failed for a transient reason (rate limit, 5xx, no connection), the portal must rest. */
function restAfter(answers: readonly RestAnswer[], items: readonly RequestItem[], now: number, random: number): number {
  const transient = answers.every((answer, index) => isTransient(answer, items[index]?.call.method ?? ''));
  const attempts = Math.max(
    1,
    ...items.map((item) => (item.kind === 'attempt' ? item.attempt.attempts : item.job.failures)),
  );
  return transient ? now + backoffMs(attempts, random) : 0;
}

function isTransient(answer: RestAnswer, method: string): boolean {
  if (answer.kind === 'unsent') return true;
  // Inside a batch there is no status (B§3): such an error concerns one command only.
  return (
    answer.kind === 'error' && answer.status !== null && errorPolicy(method, answer.code, answer.status) === 'retry'
  );
}
