import type { RestAnswer } from '../../bitrix24/rest/rest-call.ts';
import type { Attempt } from '../../jobs/intent.ts';
import { changes } from './attempt.ts';
import { decideAfterChange } from './decide-after-change.ts';
import { decideAfterList } from './decide-after-list.ts';
import { type Decision, end, later, type Moment } from './decision.ts';

/** Transient trouble may last about an hour with the longest backoff; then the command has failed. */
const MOST_ATTEMPTS = 12;

/** `trial` as it was before it was launched. */
export function decideAttempt(attempt: Attempt, answer: RestAnswer, moment: Moment): Decision {
  const asked: Attempt = {
    ...attempt,
    attempts: attempt.attempts + 1,
    firstSentAt: attempt.firstSentAt ?? moment.askedAt,
  };
  const decided = decideOnAnswer(asked, answer, moment);
  const spent = decided.kind === 'going_on' && decided.attempt.attempts >= MOST_ATTEMPTS;
  return spent ? end(decided.attempt, 'failed', codeOf(answer)) : decided;
}

function decideOnAnswer(attempt: Attempt, answer: RestAnswer, moment: Moment): Decision {
  if (answer.kind === 'unsent') return later(attempt, moment);
  return changes(attempt) ? decideAfterChange(attempt, answer, moment) : decideAfterList(attempt, answer, moment);
}

/** For a command that failed: Bitrix24's code, or why there was none. */
const codeOf = (answer: RestAnswer): string => {
  const ours = { unsent: 'UNREACHABLE', unanswered: 'NO_ANSWER', result: 'NOT_CONFIRMED' } as const;
  return answer.kind === 'error' ? answer.code : ours[answer.kind];
};
