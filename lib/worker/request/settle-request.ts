import type { Asked, CommandAnswer } from '../../bitrix24/rest/rest-call.ts';
import { progressOfPart } from '../../jobs/job-progress.ts';
import type { Outcome } from '../../jobs/outcome.ts';
import { decideAttempt } from './decide-attempt.ts';
import { decideWithoutAnswer } from './decide-without-answer.ts';
import type { Decision } from './decision.ts';
import { type OpenIntent, replaceAttempt } from './open-intent.ts';
import type { RequestItem, Session } from './session.ts';
import { settleAnswer, settleFailedAnswer } from './settle-answer.ts';

type Ended = Extract<Decision, { kind: 'ended' }>;
type AttemptItem = Extract<RequestItem, { kind: 'attempt' }>;

export type SentRequest = {
  readonly items: readonly RequestItem[];
  /** When it was composed, ms. */
  readonly askedAt: number;
  /** What went wrong, if nothing went well, is about what was in the request (D§2). */
  readonly isPortalWell: boolean;
};

/**
 * Turns what became of a request into outcomes and progress, in an order that a crash at any point leaves repairable.
 * Returns the code of an answer that stops the portal; null: none does.
 */
export async function settleRequest(session: Session, request: SentRequest, asked: Asked): Promise<string | null> {
  const { items } = request;
  const ended: { openIntent: OpenIntent; decision: Ended }[] = [];
  let stop: string | null = null;

  for (const [index, item] of items.entries()) {
    const answer = asked.kind === 'failed' ? null : (asked.answers[index] ?? LEFT_OUT);
    if (item.kind !== 'attempt') {
      if (answer !== null) stop = (await settleAnswer(session, item, answer)) ?? stop;
      else if (asked.kind === 'failed') await settleFailedAnswer(session, item, request.isPortalWell, asked.failure);
      continue;
    }
    const decision = decisionOf(session, item, request, asked, answer);
    if (decision.kind === 'ended') ended.push({ openIntent: item.openIntent, decision });
    if (decision.kind !== 'ended') replaceAttempt(item.openIntent, decision.attempt);
    if (decision.kind === 'stopped') stop = decision.code;
  }

  await recordOutcomes(session, await Promise.all(ended.map((one) => correctedOutcome(session, one))));
  await settleIntents(session);
  return stop;
}

const LEFT_OUT: CommandAnswer = { kind: 'unsent', reason: 'no answer was given' };

function decisionOf(
  session: Session,
  item: AttemptItem,
  { items, askedAt, isPortalWell }: SentRequest,
  asked: Asked,
  answer: CommandAnswer | null,
): Decision {
  const moment = momentOf(session, item, askedAt);
  if (answer !== null) return decideAttempt(item.attempt, answer, moment);
  if (asked.kind === 'answered') return decideAttempt(item.attempt, LEFT_OUT, moment);
  return decideWithoutAnswer(item.attempt, { failure: asked.failure, size: items.length, isPortalWell }, moment);
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
