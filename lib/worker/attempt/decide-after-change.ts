import { errorPolicy } from '../../bitrix24/rest/error-policy.ts';
import type { RestAnswer } from '../../bitrix24/rest/rest-call.ts';
import type { Attempt } from '../../jobs/intent.ts';
import { CHANGE_METHODS, CUT_OFF_MS } from './attempt.ts';
import { type Answered, type Decision, end, endAsFound, goOn, LOOK_AGAIN_MS, later, type Moment } from './decision.ts';

/** What an answer to the change itself means (B§2.1). */
export function decideAfterChange(attempt: Attempt, answer: Answered, moment: Moment): Decision {
  const { command } = attempt;
  switch (answer.kind) {
    case 'result':
      // `false` with HTTP 200 is not success: read, then decide (D§3).
      return answer.result === true
        ? end(attempt, command.action === 'unbind' ? 'unbound' : 'bound', null)
        : goOn(attempt, { state: 'unanswered', tried: true, certainAt: moment.now, notBefore: moment.now });
    case 'unanswered':
      return goOn(attempt, {
        state: 'unanswered',
        tried: true,
        certainAt: answer.sentAt + CUT_OFF_MS,
        notBefore: moment.now + LOOK_AGAIN_MS,
      });
    case 'error':
      return decideAfterChangeError(attempt, answer, moment);
  }
}

function decideAfterChangeError(attempt: Attempt, answer: RestAnswer & { kind: 'error' }, moment: Moment): Decision {
  const { code, status } = answer;
  const { action } = attempt.command;
  switch (errorPolicy(CHANGE_METHODS[action], code, status)) {
    case 'already_done':
      // BINDING_NOT_FOUND can be spurious while another writer is between its DELETE and its INSERT (B§2.1).
      return action === 'unbind'
        ? goOn(attempt, { state: 'confirm', certainAt: moment.now + LOOK_AGAIN_MS, notBefore: moment.now })
        : endAsFound(attempt, code);
    case 'refuse':
      // Inside a batch an earlier command's failure can show up as "0" (B§2.1): asked once more in a request of its own.
      return code === '0' && status === null && !attempt.alone
        ? goOn(attempt, { alone: true, notBefore: moment.now })
        : end(attempt, 'refused', code);
    case 'rest_method':
      return goOn(attempt, { notBefore: moment.restingUntil });
    case 'stop_portal':
      return { kind: 'stopped', attempt, code };
    case 'retry':
    case 'refresh_token':
      return later({ ...attempt, tried: attempt.tried || mayHaveHappened(code, status) }, moment);
  }
}

/** The server broke down, before or after the change; the front end's refusals come before it (B§2.1, B§8.1). */
function mayHaveHappened(code: string, status: number | null): boolean {
  const fault = ['INTERNAL_SERVER_ERROR', 'ERROR_UNEXPECTED_ANSWER', 'ERROR_CORE'].includes(code.toUpperCase());
  return fault || (status !== null && status >= 500 && status !== 503);
}
