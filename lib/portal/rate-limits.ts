import type { Rate } from '../bitrix24/limits.ts';
import { errorPolicy } from '../bitrix24/rest/error-policy.ts';
import {
  type Allotment,
  afterRateLimitError,
  afterRequest,
  afterSuccess,
  afterTimedRequest,
  drained,
  emptyBudget,
  mostCalls,
  type RateBudget,
  restingUntil,
  waitMs,
  withRestingMethod,
} from '../bitrix24/rest/rate-budget.ts';
import type { RestAnswer, RestCall } from '../bitrix24/rest/rest-call.ts';
import type { Clock } from '../clock.ts';

/** A request, and how the portal answered it as a whole and call by call. */
export type Exchange = {
  readonly calls: readonly RestCall[];
  readonly answers: readonly RestAnswer[];
  readonly whole: RestAnswer;
  /** ms */
  readonly lasted: number;
};

export type RateLimits = {
  readonly budget: () => RateBudget;
  /** Counts one more request. */
  readonly spend: (allotment: Allotment) => void;
  /** Learns from an answer. */
  readonly note: (exchange: Exchange) => void;
  /** How long until one more request fits, ms. */
  readonly waitMs: (allotment: Allotment) => number;
  /** Until when a method rests, ms; 0 when it does not. */
  readonly restingUntil: (method: string) => number;
  /** How many calls the next request may hold. */
  readonly room: () => number;
};

/** Keeps count of a portal's limits from what is sent and answered (B§8). `stored`: as the last invocation left it. */
export function rateLimits(stored: RateBudget | null, rate: Rate, clock: Clock): RateLimits {
  let budget = stored ?? emptyBudget(clock.now());
  return {
    budget: () => budget,
    spend: (allotment) => {
      budget = afterRequest(budget, clock.now(), rate, allotment);
    },
    note: (exchange) => {
      budget = afterExchange(drained(budget, clock.now(), rate), exchange, rate, clock.now());
    },
    waitMs: (allotment) => waitMs(budget, clock.now(), rate, allotment),
    restingUntil: (method) => restingUntil(budget, method, clock.now()),
    room: () => mostCalls(budget, clock.now()),
  };
}

function afterExchange(
  budget: RateBudget,
  { calls, answers, whole, lasted }: Exchange,
  rate: Rate,
  now: number,
): RateBudget {
  const after =
    whole.kind === 'unsent' ? budget : afterTimedRequest(budget, calls.length, lasted, whole.kind !== 'unanswered');
  if (isError(whole, 'QUERY_LIMIT_EXCEEDED')) return afterRateLimitError(after, now, rate);
  // A batch that is refused as a whole has used up the time of `batch`, not that of the methods in it. Sources disagree on
  // what a batch is charged to (B§3, B§8.2); single calls still go through.
  if (calls.length > 1 && rests('batch', whole)) return withRestingMethod(after, 'batch', now);
  return calls.reduce((sum, { method }, index) => afterCall(sum, method, answers[index], now), after);
}

function afterCall(budget: RateBudget, method: string, answer: RestAnswer | undefined, now: number): RateBudget {
  if (answer?.kind === 'result') return afterSuccess(budget, method, answer.time, now);
  return answer !== undefined && rests(method, answer) ? withRestingMethod(budget, method, now) : budget;
}

const isError = (answer: RestAnswer, code: string): boolean =>
  answer.kind === 'error' && answer.code.toUpperCase() === code;

const rests = (method: string, answer: RestAnswer): boolean =>
  answer.kind === 'error' && errorPolicy(method, answer.code, answer.status) === 'rest_method';
