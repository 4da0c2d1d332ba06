import { sameElement } from '../../bitrix24/crm/element.ts';
import { errorPolicy } from '../../bitrix24/rest/error-policy.ts';
import type { RestAnswer } from '../../bitrix24/rest/rest-call.ts';
import { backoffMs } from '../../jobs/backoff.ts';
import type { Attempt } from '../../jobs/intent.ts';
import type { Job } from '../../jobs/job.ts';
import { progressOfPart } from '../../jobs/job-progress.ts';
import type { Outcome } from '../../jobs/outcome.ts';
import { decideAttempt } from '../attempt/decide-attempt.ts';
import type { Decision } from '../attempt/decision.ts';
import { endAnswered } from './finish-answered-job.ts';
import { markAnswered, type OpenIntent, replaceAttempt } from './open-intent.ts';
import type { Asked, Session } from './session.ts';

type Ended = Extract<Decision, { kind: 'ended' }>;

/** An answer that is not accepted for about eight hours is given up; the job and its outcomes are kept. */
const MOST_ANSWER_FAILURES = 50;

/** What a request meant for the portal as a whole. */
export type Settled = {
  /** The portal cannot be served: Bitrix24's code, or ours. */
  readonly stop: string | null;
  /** The portal refused the request as a whole for the moment; not to be asked before, ms. */
  readonly restUntil: number;
};

/** Turns the answers of a request into outcomes and progress, in an order that a crash at any point leaves repairable. */
export async function settleRequest(
  session: Session,
  asked: readonly Asked[],
  answers: readonly RestAnswer[],
  askedAt: number,
): Promise<Settled> {
  const { ports } = session;
  const ended: { openIntent: OpenIntent; outcome: Outcome }[] = [];
  let stop: string | null = null;

  for (const [index, one] of asked.entries()) {
    const answer = answers[index] ?? { kind: 'unsent', reason: 'no answer was given' };
    if (one.kind !== 'attempt') {
      stop = (await settleAnswer(session, one, answer)) ?? stop;
      continue;
    }
    const decision = decideAttempt(one.attempt, answer, momentOf(session, one, askedAt));
    if (decision.kind === 'ended') {
      ended.push({ openIntent: one.openIntent, outcome: await truthOf(session, one.openIntent, decision) });
    }
    if (decision.kind !== 'ended') replaceAttempt(one.openIntent, decision.attempt);
    if (decision.kind === 'stopped') stop = decision.code;
  }

  await recordOutcomes(session, ended);
  await settleIntents(session);
  return { stop, restUntil: restAfter(answers, asked, ports.clock.now(), ports.random()) };
}

/**
 * Stores what has ended of each open slice, then the slice itself.
 *
 *   outcomes ──▶ progress of each job (conditional on its slice number) ──▶ slice closed
 *   A crash between two of these leaves the slice: the next process finds the outcomes and repeats the rest.
 */
export async function settleIntents({ ports, openIntents }: Session): Promise<void> {
  for (const openIntent of openIntents.slice()) {
    await advanceJobs(ports, openIntent);
    if (openIntent.advanced.size === openIntent.intent.shares.length) {
      await ports.intents.close(openIntent.intent);
      openIntents.splice(openIntents.indexOf(openIntent), 1);
    } else if (openIntent.changed) {
      await ports.intents.write(openIntent.intent);
      openIntent.changed = false;
    }
  }
}

async function advanceJobs(ports: Session['ports'], { intent, ended, advanced }: OpenIntent): Promise<void> {
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
      advanced.add(part.job.id);
    }),
  );
}

async function recordOutcomes({ ports }: Session, ended: readonly { openIntent: OpenIntent; outcome: Outcome }[]) {
  if (ended.length === 0) return;
  await ports.outcomes.record(ended.map(({ outcome }) => outcome));
  for (const { openIntent, outcome } of ended) {
    openIntent.ended.set(outcome.id, outcome);
    ports.log.info('outcome', { ...outcome });
  }
}

/** A workflow's answer: accepted, or refused for good, it is settled; otherwise it is sent again later. */
async function settleAnswer(session: Session, asked: Asked & { readonly job: Job }, answer: RestAnswer) {
  const { ports } = session;
  const { job } = asked;
  const action = answer.kind === 'error' ? errorPolicy(asked.call.method, answer.code, answer.status) : null;
  if (action === 'stop_portal' && answer.kind === 'error') return answer.code;
  // "0" inside a batch can be an earlier command's failure (B§2.1): it says nothing about the answer.
  const refused =
    (action === 'refuse' || action === 'already_done') && !(answer.kind === 'error' && answer.code === '0');
  const givenUp = job.failures >= MOST_ANSWER_FAILURES;
  if (answer.kind !== 'result') {
    const code = answer.kind === 'error' ? answer.code : answer.kind;
    ports.log.warn('answer_not_accepted', { portal: job.portal, job: job.id, code, final: refused || givenUp });
  }
  if (answer.kind === 'result' || refused || givenUp) await closeAnswer(session, asked);
  else if (asked.kind === 'answer') await answerLater(session, job, asked.call.method);
  return null;
}

async function closeAnswer(session: Session, asked: Asked & { readonly job: Job }): Promise<void> {
  const { ports } = session;
  const { job } = asked;
  if (asked.kind === 'early_answer') {
    await ports.jobs.answered(job);
    if (asked.openIntent !== null) markAnswered(asked.openIntent, job.id);
    return;
  }
  await endAnswered(session, job);
}

/** An early answer needs no putting off: it is owed until the job's end, and looked for in every turn. */
async function answerLater({ ports, api }: Session, job: Job, method: string): Promise<void> {
  const failures = job.failures + 1;
  const now = ports.clock.now();
  const until = Math.max(now + backoffMs(failures, ports.random()), api.restingUntil(method));
  await ports.jobs.postpone(job, until, failures);
}

function momentOf({ ports, api }: Session, { call }: Asked, askedAt: number) {
  return { askedAt, now: ports.clock.now(), random: ports.random(), restingUntil: api.restingUntil(call.method) };
}

/**
 * A binding that is gone after an attempt without an answer counts as removed by us (D§3), unless our own records say that
 * another command of ours removed it since this one was asked for.
 */
async function truthOf(session: Session, openIntent: OpenIntent, decision: Ended): Promise<Outcome> {
  const outcome = outcomeOf(session, decision);
  const before = { unbound: 'already_unbound', bound: 'already_bound' } as const;
  if (!decision.presumed || (outcome.status !== 'unbound' && outcome.status !== 'bound')) return outcome;

  const { activityId, status } = outcome;
  const since = openIntent.intent.shares.find(({ job }) => job.id === decision.attempt.command.jobId)?.job.createdAt;
  const filter = { portal: session.portal, activityId, status, ...(since === undefined ? {} : { since }) };
  for await (const other of session.ports.outcomes.list(filter)) {
    if (sameElement(other, outcome) && other.id !== outcome.id) return { ...outcome, status: before[status] };
  }
  return outcome;
}

function outcomeOf({ ports, portal }: Session, { attempt, status, code }: Ended): Outcome {
  const now = ports.clock.now();
  return {
    ...whatOf(attempt),
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

const whatOf = ({ command }: Attempt) => ({ id: command.id, activityId: command.activityId, ...command.element });

/** A request that failed as a whole for a passing reason (rate limit, 5xx, no connection) says that the portal must rest. */
function restAfter(answers: readonly RestAnswer[], asked: readonly Asked[], now: number, random: number): number {
  const passing = answers.every((answer, index) => isTransient(answer, asked[index]?.call.method ?? ''));
  const attempts = Math.max(
    1,
    ...asked.map((one) => (one.kind === 'attempt' ? one.attempt.attempts : one.job.failures)),
  );
  return passing ? now + backoffMs(attempts, random) : 0;
}

function isTransient(answer: RestAnswer, method: string): boolean {
  if (answer.kind === 'unsent') return true;
  // Inside a batch there is no status (B§3): such an error speaks for one command only.
  return (
    answer.kind === 'error' && answer.status !== null && errorPolicy(method, answer.code, answer.status) === 'retry'
  );
}
