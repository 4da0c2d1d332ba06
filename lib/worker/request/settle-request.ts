import { sameElement } from '../../bitrix24/crm/element.ts';
import { verdictOf } from '../../bitrix24/rest/error-policy.ts';
import type { RestAnswer } from '../../bitrix24/rest/rest-call.ts';
import { backoffMs } from '../../jobs/backoff.ts';
import type { Trial } from '../../jobs/intent.ts';
import type { Job } from '../../jobs/job.ts';
import { progressOfShare } from '../../jobs/job-progress.ts';
import type { Outcome } from '../../jobs/outcome.ts';
import { judge } from '../attempt/decide-attempt.ts';
import type { Judgement } from '../attempt/decision.ts';
import { endAnswered } from './finish-answered-job.ts';
import { type LiveSlice, replaceTrial, shareAnswered } from './open-intent.ts';
import type { Asked, Session } from './session.ts';

type Ended = Extract<Judgement, { kind: 'ended' }>;

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
export async function settleTurn(
  session: Session,
  asked: readonly Asked[],
  answers: readonly RestAnswer[],
  askedAt: number,
): Promise<Settled> {
  const { engine } = session;
  const ended: { live: LiveSlice; outcome: Outcome }[] = [];
  let stop: string | null = null;

  for (const [index, one] of asked.entries()) {
    const answer = answers[index] ?? { kind: 'unsent', reason: 'no answer was given' };
    if (one.kind !== 'trial') {
      stop = (await settleAnswer(session, one, answer)) ?? stop;
      continue;
    }
    const judgement = judge(one.trial, answer, momentOf(session, one, askedAt));
    if (judgement.kind === 'ended') {
      ended.push({ live: one.live, outcome: await truthOf(session, one.live, judgement) });
    }
    if (judgement.kind !== 'ended') replaceTrial(one.live, judgement.trial);
    if (judgement.kind === 'stopped') stop = judgement.code;
  }

  await recordOutcomes(session, ended);
  await settleSlices(session);
  return { stop, restUntil: restAfter(answers, asked, engine.clock.now(), engine.random()) };
}

/**
 * Stores what has ended of each open slice, then the slice itself.
 *
 *   outcomes ──▶ progress of each job (conditional on its slice number) ──▶ slice closed
 *   A crash between two of these leaves the slice: the next process finds the outcomes and repeats the rest.
 */
export async function settleSlices({ engine, lives }: Session): Promise<void> {
  for (const live of lives.slice()) {
    await advanceShares(engine, live);
    if (live.advanced.size === live.slice.shares.length) {
      await engine.slices.close(live.slice);
      lives.splice(lives.indexOf(live), 1);
    } else if (live.changed) {
      await engine.slices.write(live.slice);
      live.changed = false;
    }
  }
}

async function advanceShares(engine: Session['engine'], { slice, ended, advanced }: LiveSlice): Promise<void> {
  const now = engine.clock.now();
  const ready = slice.shares.flatMap((share) => {
    if (advanced.has(share.job.id)) return [];
    const ids = slice.trials.map(({ command }) => command).filter(({ jobId }) => jobId === share.job.id);
    const outcomes = ids.map(({ id }) => ended.get(id)).filter((outcome) => outcome !== undefined);
    return outcomes.length === ids.length ? [{ share, outcomes }] : [];
  });
  await Promise.all(
    ready.map(async ({ share, outcomes }) => {
      await engine.jobs.advance(share.job, progressOfShare(share, outcomes, now), now);
      advanced.add(share.job.id);
    }),
  );
}

async function recordOutcomes({ engine }: Session, ended: readonly { live: LiveSlice; outcome: Outcome }[]) {
  if (ended.length === 0) return;
  await engine.outcomes.record(ended.map(({ outcome }) => outcome));
  for (const { live, outcome } of ended) {
    live.ended.set(outcome.id, outcome);
    engine.log.info('outcome', { ...outcome });
  }
}

/** A workflow's answer: accepted, or refused for good, it is settled; otherwise it is sent again later. */
async function settleAnswer(session: Session, asked: Asked & { readonly job: Job }, answer: RestAnswer) {
  const { engine } = session;
  const { job } = asked;
  const verdict = answer.kind === 'error' ? verdictOf(asked.call.method, answer.code, answer.status) : null;
  if (verdict === 'stop_portal' && answer.kind === 'error') return answer.code;
  // "0" inside a batch can be an earlier command's failure (B§2.1): it says nothing about the answer.
  const refused =
    (verdict === 'refuse' || verdict === 'already_done') && !(answer.kind === 'error' && answer.code === '0');
  const givenUp = job.failures >= MOST_ANSWER_FAILURES;
  if (answer.kind !== 'result') {
    const code = answer.kind === 'error' ? answer.code : answer.kind;
    engine.log.warn('answer_not_accepted', { portal: job.portal, job: job.id, code, final: refused || givenUp });
  }
  if (answer.kind === 'result' || refused || givenUp) await closeAnswer(session, asked);
  else if (asked.kind === 'answer') await answerLater(session, job, asked.call.method);
  return null;
}

async function closeAnswer(session: Session, asked: Asked & { readonly job: Job }): Promise<void> {
  const { engine } = session;
  const { job } = asked;
  if (asked.kind === 'early_answer') {
    await engine.jobs.answered(job);
    if (asked.live !== null) shareAnswered(asked.live, job.id);
    return;
  }
  await endAnswered(session, job);
}

/** An early answer needs no putting off: it is owed until the job's end, and looked for in every turn. */
async function answerLater({ engine, rest }: Session, job: Job, method: string): Promise<void> {
  const failures = job.failures + 1;
  const now = engine.clock.now();
  const until = Math.max(now + backoffMs(failures, engine.random()), rest.restingUntil(method));
  await engine.jobs.postpone(job, until, failures);
}

function momentOf({ engine, rest }: Session, { call }: Asked, askedAt: number) {
  return { askedAt, now: engine.clock.now(), random: engine.random(), restingUntil: rest.restingUntil(call.method) };
}

/**
 * A binding that is gone after an attempt without an answer counts as removed by us (D§3), unless our own records say that
 * another command of ours removed it since this one was asked for.
 */
async function truthOf(session: Session, live: LiveSlice, judgement: Ended): Promise<Outcome> {
  const outcome = outcomeOf(session, judgement);
  const before = { unbound: 'already_unbound', bound: 'already_bound' } as const;
  if (!judgement.presumed || (outcome.status !== 'unbound' && outcome.status !== 'bound')) return outcome;

  const { activityId, status } = outcome;
  const since = live.slice.shares.find(({ job }) => job.id === judgement.trial.command.jobId)?.job.createdAt;
  const filter = { portal: session.portal, activityId, status, ...(since === undefined ? {} : { since }) };
  for await (const other of session.engine.outcomes.list(filter)) {
    if (sameElement(other, outcome) && other.id !== outcome.id) return { ...outcome, status: before[status] };
  }
  return outcome;
}

function outcomeOf({ engine, portal }: Session, { trial, status, code }: Ended): Outcome {
  const now = engine.clock.now();
  return {
    ...whatOf(trial),
    portal,
    status,
    code,
    trigger: trial.trigger,
    cause: trial.cause,
    ...(trial.rule === undefined ? {} : { rule: trial.rule }),
    attempts: trial.attempts,
    durationMs: now - (trial.firstSentAt ?? now),
    at: new Date(now).toISOString(),
  };
}

const whatOf = ({ command }: Trial) => ({ id: command.id, activityId: command.activityId, ...command.element });

/** A request that failed as a whole for a passing reason (rate limit, 5xx, no connection) says that the portal must rest. */
function restAfter(answers: readonly RestAnswer[], asked: readonly Asked[], now: number, random: number): number {
  const passing = answers.every((answer, index) => isPassing(answer, asked[index]?.call.method ?? ''));
  const attempts = Math.max(1, ...asked.map((one) => (one.kind === 'trial' ? one.trial.attempts : one.job.failures)));
  return passing ? now + backoffMs(attempts, random) : 0;
}

function isPassing(answer: RestAnswer, method: string): boolean {
  if (answer.kind === 'unsent') return true;
  // Inside a batch there is no status (B§3): such an error speaks for one command only.
  return answer.kind === 'error' && answer.status !== null && verdictOf(method, answer.code, answer.status) === 'retry';
}
