import { readBindings } from '../../bitrix24/crm/bindings.ts';
import { sameElement } from '../../bitrix24/crm/element.ts';
import { errorPolicy, mayBeAnotherFailure, mayHaveHappened, type Scope } from '../../bitrix24/rest/error-policy.ts';
import type { CommandAnswer } from '../../bitrix24/rest/rest-call.ts';
import { type Attempt, callOf, sendsChange } from '../../jobs/attempt.ts';
import type { Status } from '../../jobs/outcome.ts';
import { backoffMs } from '../backoff.ts';
import { BINDINGS_RECHECK_MS } from '../policy.ts';
import { codeOf, counted, type Decision, end, failedIfSpent, goOn, type Moment, troubled } from './decision.ts';

type Refusal = Extract<CommandAnswer, { kind: 'error' }>;
/** Bitrix24 said something about the command. */
type Answered = Exclude<CommandAnswer, { kind: 'unsent' }>;

/** Decides what an answer to its command means. `attempt` is as it was before the call. */
export function decideAttempt(attempt: Attempt, answer: CommandAnswer, moment: Moment): Decision {
  const decided = decideByAnswer(counted(attempt, moment), answer, moment);
  return failedIfSpent(decided, answer.kind === 'result' ? 'NOT_CONFIRMED' : codeOf(answer));
}

function decideByAnswer(attempt: Attempt, answer: CommandAnswer, moment: Moment): Decision {
  if (answer.kind === 'unsent') return retryLater(attempt, moment);
  return sendsChange(attempt) ? decideAfterChange(attempt, answer, moment) : decideAfterList(attempt, answer, moment);
}

/** What an answer to the change itself means (B§2.1). */
function decideAfterChange(attempt: Attempt, answer: Answered, moment: Moment): Decision {
  if (answer.kind === 'error') return decideAfterFailedChange(attempt, answer, moment);
  if (answer.result === true) return end(attempt, attempt.command.action === 'unbind' ? 'unbound' : 'bound', null);
  // `false` with HTTP 200 is not success: read the bindings, then decide (D§3).
  const { troubles } = troubled(attempt, moment);
  return goOn(attempt, { state: 'unanswered', tried: true, troubles, certainAt: moment.now, notBefore: moment.now });
}

function decideAfterFailedChange(attempt: Attempt, { code, status }: Refusal, moment: Moment): Decision {
  const { method } = callOf(attempt);
  const { action, scope } = errorPolicy(method, code, status);
  switch (action) {
    case 'already_done':
      // BINDING_NOT_FOUND can be spurious while another writer is between its DELETE and its INSERT (B§2.1).
      return attempt.command.action === 'unbind'
        ? goOn(attempt, { state: 'confirm', certainAt: moment.now + BINDINGS_RECHECK_MS, notBefore: moment.now })
        : endAsFound(attempt, code);
    case 'refuse':
      // Inside a batch it may be an earlier command's failure, or a fault after the change (B§2.1): asked once more, alone.
      return status === null && !attempt.alone && mayBeAnotherFailure(method, code)
        ? goOn(attempt, { alone: true, tried: true, notBefore: moment.now })
        : end(attempt, 'refused', code);
    case 'rest':
      return goOn(attempt, { notBefore: moment.restingUntil });
    case 'stop':
      return stoppedAt(scope, attempt, code, moment);
    case 'retry':
    case 'refresh_token':
      return scope === 'portal'
        ? askAgainAlone(attempt, moment)
        : retryLater({ ...attempt, tried: attempt.tried || mayHaveHappened(code, status) }, moment);
  }
}

/** A method that is stopped leaves the command as it is. It goes on as soon as the method does, which nobody can know now. */
const stoppedAt = (scope: Scope, attempt: Attempt, code: string, { now }: Moment): Decision =>
  scope === 'portal' ? { kind: 'stopped', attempt, code } : goOn(attempt, { notBefore: now });

/** What a batch says of the portal as a whole uses up nothing of the command; alone, the portal says it of the request. */
const askAgainAlone = (attempt: Attempt, { now, random }: Moment): Decision =>
  goOn(attempt, { alone: true, notBefore: now + backoffMs(attempt.attempts, random) });

/**
 * The bindings as they are now decide what became of an attempt without a clear answer.
 * - Gone, and the list is not empty: certain at once.
 * - Gone, and the list is empty: a writer's gap, or the caller may not read the rest. Certain from `certainAt` on.
 * - Still there: a request that got no answer may still be at work. Certain from `certainAt` on.
 */
function decideAfterList(attempt: Attempt, answer: Answered, moment: Moment): Decision {
  const certain = moment.askedAt >= (attempt.certainAt ?? 0);
  if (answer.kind === 'error') return decideAfterFailedList(attempt, answer, moment, certain);

  const list = readBindings(answer.result);
  const listed = list.some((element) => sameElement(element, attempt.command.element));
  const done = attempt.command.action === 'bind' ? listed : !listed;
  if (done && (listed || list.length > 0 || certain)) return endAsFound(attempt);
  if (done) return goOn(attempt, { notBefore: moment.now + BINDINGS_RECHECK_MS });
  // Nothing of ours can be on its way any more: no call so far took effect, and the change is sent again.
  if (attempt.state === 'confirm') {
    const { troubles } = troubled(attempt, moment);
    return goOn(attempt, { state: 'fresh', tried: false, troubles, notBefore: moment.now });
  }
  if (certain) return goOn(attempt, { state: 'fresh', tried: false, notBefore: moment.now });
  return goOn(attempt, { notBefore: attempt.certainAt ?? moment.now });
}

function decideAfterFailedList(attempt: Attempt, failure: Refusal, moment: Moment, certain: boolean): Decision {
  const { code, status } = failure;
  const { action, scope } = errorPolicy(callOf(attempt).method, code, status);
  switch (action) {
    case 'stop':
      return stoppedAt(scope, attempt, code, moment);
    case 'rest':
      return goOn(attempt, { notBefore: moment.restingUntil });
    case 'retry':
    case 'refresh_token':
      return scope === 'portal' ? askAgainAlone(attempt, moment) : retryLater(attempt, moment);
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
  const { troubles } = troubled(attempt, moment);
  return certain
    ? goOn(attempt, { state: 'fresh', troubles, notBefore: moment.now })
    : goOn(attempt, { notBefore: attempt.certainAt ?? 0 });
}

const retryLater = (attempt: Attempt, moment: Moment): Decision => goOn(attempt, troubled(attempt, moment));

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
