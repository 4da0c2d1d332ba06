import { readBindings } from '../../bitrix24/crm/bindings.ts';
import { sameElement } from '../../bitrix24/crm/element.ts';
import { verdictOf } from '../../bitrix24/rest/error-policy.ts';
import type { RestAnswer } from '../../bitrix24/rest/rest-call.ts';
import type { Trial } from '../../jobs/intent.ts';
import { type Answered, end, endAsFound, goOn, type Judgement, LOOK_AGAIN_MS, later, type Moment } from './decision.ts';

/**
 * The bindings as they are now decide what became of an attempt without a clear answer.
 * - Gone, and the list is not empty: certain at once.
 * - Gone, and the list is empty: a writer's gap, or the caller may not read the rest. Certain from `certainAt` on.
 * - Still there: a request that got no answer may still be at work. Certain from `certainAt` on.
 */
export function judgeList(trial: Trial, answer: Answered, moment: Moment): Judgement {
  const certain = moment.askedAt >= (trial.certainAt ?? 0);
  if (answer.kind === 'unanswered') return later(trial, moment);
  if (answer.kind === 'error') return judgeListError(trial, answer, moment, certain);

  const list = readBindings(answer.result);
  const listed = list.some((element) => sameElement(element, trial.command.element));
  const done = trial.command.action === 'bind' ? listed : !listed;
  if (done && (listed || list.length > 0 || certain)) return endAsFound(trial);
  if (done) return goOn(trial, { notBefore: moment.now + LOOK_AGAIN_MS });
  // Nothing of ours can be on its way any more: no attempt so far took effect, and the change is asked again.
  if (certain || trial.state === 'confirm') return goOn(trial, { state: 'fresh', tried: false, notBefore: moment.now });
  return goOn(trial, { notBefore: trial.certainAt ?? moment.now });
}

function judgeListError(
  trial: Trial,
  { code, status }: RestAnswer & { kind: 'error' },
  moment: Moment,
  certain: boolean,
): Judgement {
  switch (verdictOf('crm.activity.binding.list', code, status)) {
    case 'stop_portal':
      return { kind: 'stopped', trial, code };
    case 'rest_method':
      return goOn(trial, { notBefore: moment.restingUntil });
    case 'retry':
    case 'refresh_token':
      return later(trial, moment);
    case 'already_done':
    case 'refuse':
      return unreadable(trial, code, moment, certain);
  }
}

/** The list is refused: the activity is gone, or the caller may not read it. */
function unreadable(trial: Trial, code: string, moment: Moment, certain: boolean): Judgement {
  // The portal has just said that the activity is not bound: that it is gone by now, or hidden, changes nothing.
  if (trial.state === 'confirm') return endAsFound(trial);
  // No such activity is what the portal says to every attempt, also to one that never reached it.
  if (code === 'NOT_FOUND') return end(trial, 'refused', code);
  // The change is safe to repeat once the first request cannot be at work any more (B§2.1).
  return certain
    ? goOn(trial, { state: 'fresh', notBefore: moment.now })
    : goOn(trial, { notBefore: trial.certainAt ?? 0 });
}
