import type { RestAnswer } from '../../bitrix24/rest/rest-call.ts';
import type { Trial } from '../../jobs/intent.ts';
import { changes } from './attempt.ts';
import { judgeChange } from './decide-after-change.ts';
import { judgeList } from './decide-after-list.ts';
import { end, type Judgement, later, type Moment } from './decision.ts';

/** Transient trouble may last about an hour with the longest backoff; then the command has failed. */
const MOST_ATTEMPTS = 12;

/** `trial` as it was before it was launched. */
export function judge(trial: Trial, answer: RestAnswer, moment: Moment): Judgement {
  const asked: Trial = {
    ...trial,
    attempts: trial.attempts + 1,
    firstSentAt: trial.firstSentAt ?? moment.askedAt,
  };
  const judged = judgeAnswer(asked, answer, moment);
  const spent = judged.kind === 'going_on' && judged.trial.attempts >= MOST_ATTEMPTS;
  return spent ? end(judged.trial, 'failed', codeOf(answer)) : judged;
}

function judgeAnswer(trial: Trial, answer: RestAnswer, moment: Moment): Judgement {
  if (answer.kind === 'unsent') return later(trial, moment);
  return changes(trial) ? judgeChange(trial, answer, moment) : judgeList(trial, answer, moment);
}

/** For a command that failed: Bitrix24's code, or why there was none. */
const codeOf = (answer: RestAnswer): string => {
  const ours = { unsent: 'UNREACHABLE', unanswered: 'NO_ANSWER', result: 'NOT_CONFIRMED' } as const;
  return answer.kind === 'error' ? answer.code : ours[answer.kind];
};
