import { readBindings } from '../../bitrix24/crm/bindings.ts';
import { sameElement } from '../../bitrix24/crm/element.ts';
import { errorPolicy } from '../../bitrix24/rest/error-policy.ts';
import type { RestAnswer } from '../../bitrix24/rest/rest-call.ts';
import { type Attempt, callOf, sendsChange } from '../../jobs/attempt.ts';
import type { Status } from '../../jobs/outcome.ts';
import { backoffMs } from '../backoff.ts';
import { BINDINGS_RECHECK_MS, CERTAIN_AFTER_MS, MOST_ATTEMPTS_PER_COMMAND } from '../policy.ts';

/** What becomes of an attempt once an answer, or none, has come. */
export type Decision =
  | {
      readonly kind: 'ended';
      readonly attempt: Attempt;
      readonly status: Status;
      readonly code: string | null;
      /** The binding is as asked for, but no answer said that this was us: we only know of nobody else who did it. */
      readonly presumed: boolean;
    }
  | { readonly kind: 'going_on'; readonly attempt: Attempt }
  | { readonly kind: 'stopped'; readonly attempt: Attempt; readonly code: string };

export type Moment = {
  /** When the request was composed, and now, ms. */
  readonly askedAt: number;
  readonly now: number;
  /** In [0, 1), for the backoff. */
  readonly random: number;
  /** Until when the method rests (B§8.2), ms. */
  readonly restingUntil: number;
};

type Failure = Extract<RestAnswer, { kind: 'error' }>;
/** The request was on its way: the portal answered, or nobody did. */
type Answered = Exclude<RestAnswer, { kind: 'unsent' }>;

/** Decides what an answer means. `attempt` is as it was before the call. */
export function decideAttempt(attempt: Attempt, answer: RestAnswer, moment: Moment): Decision {
  const counted: Attempt = {
    ...attempt,
    attempts: attempt.attempts + 1,
    firstSentAt: attempt.firstSentAt ?? moment.askedAt,
  };
  const decided = decideByAnswer(counted, answer, moment);
  const spent = decided.kind === 'going_on' && decided.attempt.attempts >= MOST_ATTEMPTS_PER_COMMAND;
  return spent ? end(decided.attempt, 'failed', failureCode(answer)) : decided;
}

function decideByAnswer(attempt: Attempt, answer: RestAnswer, moment: Moment): Decision {
  if (answer.kind === 'unsent') return retryLater(attempt, moment);
  return sendsChange(attempt) ? decideAfterChange(attempt, answer, moment) : decideAfterList(attempt, answer, moment);
}

/** For a command that failed: Bitrix24's code, or why there was none. */
function failureCode(answer: RestAnswer): string {
  const ours = { unsent: 'UNREACHABLE', unanswered: 'NO_ANSWER', result: 'NOT_CONFIRMED' } as const;
  return answer.kind === 'error' ? answer.code : ours[answer.kind];
}

/** What an answer to the change itself means (B§2.1). */
function decideAfterChange(attempt: Attempt, answer: Answered, moment: Moment): Decision {
  switch (answer.kind) {
    case 'result':
      // `false` with HTTP 200 is not success: read the bindings, then decide (D§3).
      return answer.result === true
        ? end(attempt, attempt.command.action === 'unbind' ? 'unbound' : 'bound', null)
        : goOn(attempt, { state: 'unanswered', tried: true, certainAt: moment.now, notBefore: moment.now });
    case 'unanswered':
      return goOn(attempt, {
        state: 'unanswered',
        tried: true,
        certainAt: answer.sentAt + CERTAIN_AFTER_MS,
        notBefore: moment.now + BINDINGS_RECHECK_MS,
      });
    case 'error':
      return decideAfterFailedChange(attempt, answer, moment);
  }
}

function decideAfterFailedChange(attempt: Attempt, { code, status }: Failure, moment: Moment): Decision {
  switch (errorPolicy(callOf(attempt).method, code, status)) {
    case 'already_done':
      // BINDING_NOT_FOUND can be spurious while another writer is between its DELETE and its INSERT (B§2.1).
      return attempt.command.action === 'unbind'
        ? goOn(attempt, { state: 'confirm', certainAt: moment.now + BINDINGS_RECHECK_MS, notBefore: moment.now })
        : endAsFound(attempt, code);
    case 'refuse':
      // Inside a batch an earlier command's failure can show up as "0" (B§2.1): repeated once in a request of its own.
      return code === '0' && status === null && !attempt.alone
        ? goOn(attempt, { alone: true, notBefore: moment.now })
        : end(attempt, 'refused', code);
    case 'rest_method':
      return goOn(attempt, { notBefore: moment.restingUntil });
    case 'stop_portal':
      return { kind: 'stopped', attempt, code };
    case 'retry':
    case 'refresh_token':
      return retryLater({ ...attempt, tried: attempt.tried || mayHaveHappened(code, status) }, moment);
  }
}

/** The server broke down, before or after the change; the front end refuses before it (B§2.1, B§8.1). */
function mayHaveHappened(code: string, status: number | null): boolean {
  const fault = ['INTERNAL_SERVER_ERROR', 'ERROR_UNEXPECTED_ANSWER', 'ERROR_CORE'].includes(code.toUpperCase());
  return fault || (status !== null && status >= 500 && status !== 503);
}

/**
 * The bindings as they are now decide what became of an attempt without a clear answer.
 * - Gone, and the list is not empty: certain at once.
 * - Gone, and the list is empty: a writer's gap, or the caller may not read the rest. Certain from `certainAt` on.
 * - Still there: a request that got no answer may still be at work. Certain from `certainAt` on.
 */
function decideAfterList(attempt: Attempt, answer: Answered, moment: Moment): Decision {
  const certain = moment.askedAt >= (attempt.certainAt ?? 0);
  if (answer.kind === 'unanswered') return retryLater(attempt, moment);
  if (answer.kind === 'error') return decideAfterFailedList(attempt, answer, moment, certain);

  const list = readBindings(answer.result);
  const listed = list.some((element) => sameElement(element, attempt.command.element));
  const done = attempt.command.action === 'bind' ? listed : !listed;
  if (done && (listed || list.length > 0 || certain)) return endAsFound(attempt);
  if (done) return goOn(attempt, { notBefore: moment.now + BINDINGS_RECHECK_MS });
  // Nothing of ours can be on its way any more: no call so far took effect, and the change is sent again.
  if (certain || attempt.state === 'confirm')
    return goOn(attempt, { state: 'fresh', tried: false, notBefore: moment.now });
  return goOn(attempt, { notBefore: attempt.certainAt ?? moment.now });
}

function decideAfterFailedList(attempt: Attempt, failure: Failure, moment: Moment, certain: boolean): Decision {
  const { code, status } = failure;
  switch (errorPolicy(callOf(attempt).method, code, status)) {
    case 'stop_portal':
      return { kind: 'stopped', attempt, code };
    case 'rest_method':
      return goOn(attempt, { notBefore: moment.restingUntil });
    case 'retry':
    case 'refresh_token':
      return retryLater(attempt, moment);
    case 'already_done':
    case 'refuse':
      return decideUnreadable(attempt, code, moment, certain);
  }
}

/** The list is refused: the activity is gone, or the caller may not read it. */
function decideUnreadable(attempt: Attempt, code: string, moment: Moment, certain: boolean): Decision {
  // The portal has just said that the activity is not bound; that it is gone or hidden by now changes nothing.
  if (attempt.state === 'confirm') return endAsFound(attempt);
  // The portal gives this answer to every call, also to one that it never carried out.
  if (code === 'NOT_FOUND') return end(attempt, 'refused', code);
  // The change can be repeated safely once the first request cannot be at work any more (B§2.1).
  return certain
    ? goOn(attempt, { state: 'fresh', notBefore: moment.now })
    : goOn(attempt, { notBefore: attempt.certainAt ?? 0 });
}

const goOn = (attempt: Attempt, change: Partial<Attempt>): Decision => ({
  kind: 'going_on',
  attempt: { ...attempt, ...change },
});

const retryLater = (attempt: Attempt, { now, random }: Moment): Decision =>
  goOn(attempt, { notBefore: now + backoffMs(attempt.attempts, random) });

const end = (attempt: Attempt, status: Status, code: string | null): Decision => ({
  kind: 'ended',
  attempt,
  status,
  code,
  presumed: false,
});

const endAsFound = (attempt: Attempt, code: string | null = null): Decision => ({
  kind: 'ended',
  attempt,
  status: doneStatus(attempt),
  code,
  presumed: attempt.tried,
});

/** A binding that is as asked for is our doing when one of our calls got no answer (D§3). */
function doneStatus({ command, tried }: Attempt): Status {
  if (command.action === 'unbind') return tried ? 'unbound' : 'already_unbound';
  return tried ? 'bound' : 'already_bound';
}
