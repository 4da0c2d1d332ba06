import { errorPolicy } from '../bitrix24/rest/error-policy.ts';
import {
  type Allotment,
  type Budget,
  drained,
  emptyBudget,
  overrun,
  paced,
  type Rate,
  rested,
  restingUntil,
  roomOf,
  spent,
  timed,
  waitFor,
} from '../bitrix24/rest/rate-budget.ts';
import type { RestAnswer, RestCall } from '../bitrix24/rest/rest-call.ts';
import type { Clock } from '../clock.ts';

/** What a request was, and how the portal answered it as a whole and call by call. */
export type Exchange = {
  readonly calls: readonly RestCall[];
  readonly answers: readonly RestAnswer[];
  readonly whole: RestAnswer;
  /** ms */
  readonly lasted: number;
};

export type Limits = {
  readonly budget: () => Budget;
  /** One more request. */
  readonly spend: (allotment: Allotment) => void;
  readonly note: (exchange: Exchange) => void;
  readonly waitMs: (allotment: Allotment) => number;
  readonly restingUntil: (method: string) => number;
  readonly room: () => number;
};

/** What the answers tell of the portal's limits (B§8). */
export function limitsOf(kept: Budget | null, rate: Rate, clock: Clock): Limits {
  let budget = kept ?? emptyBudget(clock.now());
  return {
    budget: () => budget,
    spend: (allotment) => {
      budget = spent(budget, clock.now(), rate, allotment);
    },
    note: (exchange) => {
      budget = noted(drained(budget, clock.now(), rate), exchange, rate, clock.now());
    },
    waitMs: (allotment) => waitFor(budget, clock.now(), rate, allotment),
    restingUntil: (method) => restingUntil(budget, method, clock.now()),
    room: () => roomOf(budget, clock.now()),
  };
}

function noted(budget: Budget, { calls, answers, whole, lasted }: Exchange, rate: Rate, now: number): Budget {
  const after = whole.kind === 'unsent' ? budget : paced(budget, calls.length, lasted, whole.kind !== 'unanswered');
  if (isError(whole, 'QUERY_LIMIT_EXCEEDED')) return overrun(after, now, rate);
  // A batch that is refused as a whole has used up its own time, not that of the methods in it: sources disagree on what a
  // batch is charged for (B§3, B§8.2), and single calls still go through.
  if (calls.length > 1 && rests('batch', whole)) return rested(after, 'batch', now);
  return calls.reduce((sum, { method }, index) => notedCall(sum, method, answers[index], now), after);
}

function notedCall(budget: Budget, method: string, answer: RestAnswer | undefined, now: number): Budget {
  if (answer?.kind === 'result') return timed(budget, method, answer.time, now);
  return answer !== undefined && rests(method, answer) ? rested(budget, method, now) : budget;
}

const isError = (answer: RestAnswer, code: string): boolean =>
  answer.kind === 'error' && answer.code.toUpperCase() === code;

const rests = (method: string, answer: RestAnswer): boolean =>
  answer.kind === 'error' && errorPolicy(method, answer.code, answer.status) === 'rest_method';
