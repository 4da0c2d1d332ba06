import { readBindings } from '../../bitrix24/crm/bindings.ts';
import { sameElement } from '../../bitrix24/crm/element.ts';
import { errorPolicy } from '../../bitrix24/rest/error-policy.ts';
import type { RestAnswer } from '../../bitrix24/rest/rest-call.ts';
import type { Attempt } from '../../jobs/intent.ts';
import { type Answered, type Decision, end, endAsFound, goOn, LOOK_AGAIN_MS, later, type Moment } from './decision.ts';

/**
 * The bindings as they are now decide what became of an attempt without a clear answer.
 * - Gone, and the list is not empty: certain at once.
 * - Gone, and the list is empty: a writer's gap, or the caller may not read the rest. Certain from `certainAt` on.
 * - Still there: a request that got no answer may still be at work. Certain from `certainAt` on.
 */
export function decideAfterList(attempt: Attempt, answer: Answered, moment: Moment): Decision {
  const certain = moment.askedAt >= (attempt.certainAt ?? 0);
  if (answer.kind === 'unanswered') return later(attempt, moment);
  if (answer.kind === 'error') return decideAfterListError(attempt, answer, moment, certain);

  const list = readBindings(answer.result);
  const listed = list.some((element) => sameElement(element, attempt.command.element));
  const done = attempt.command.action === 'bind' ? listed : !listed;
  if (done && (listed || list.length > 0 || certain)) return endAsFound(attempt);
  if (done) return goOn(attempt, { notBefore: moment.now + LOOK_AGAIN_MS });
  // Nothing of ours can be on its way any more: no attempt so far took effect, and the change is asked again.
  if (certain || attempt.state === 'confirm')
    return goOn(attempt, { state: 'fresh', tried: false, notBefore: moment.now });
  return goOn(attempt, { notBefore: attempt.certainAt ?? moment.now });
}

function decideAfterListError(
  attempt: Attempt,
  { code, status }: RestAnswer & { kind: 'error' },
  moment: Moment,
  certain: boolean,
): Decision {
  switch (errorPolicy('crm.activity.binding.list', code, status)) {
    case 'stop_portal':
      return { kind: 'stopped', attempt, code };
    case 'rest_method':
      return goOn(attempt, { notBefore: moment.restingUntil });
    case 'retry':
    case 'refresh_token':
      return later(attempt, moment);
    case 'already_done':
    case 'refuse':
      return unreadable(attempt, code, moment, certain);
  }
}

/** The list is refused: the activity is gone, or the caller may not read it. */
function unreadable(attempt: Attempt, code: string, moment: Moment, certain: boolean): Decision {
  // The portal has just said that the activity is not bound: that it is gone by now, or hidden, changes nothing.
  if (attempt.state === 'confirm') return endAsFound(attempt);
  // No such activity is what the portal says to every attempt, also to one that never reached it.
  if (code === 'NOT_FOUND') return end(attempt, 'refused', code);
  // The change is safe to repeat once the first request cannot be at work any more (B§2.1).
  return certain
    ? goOn(attempt, { state: 'fresh', notBefore: moment.now })
    : goOn(attempt, { notBefore: attempt.certainAt ?? 0 });
}
