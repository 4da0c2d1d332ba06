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
import type { Asked, RequestFailure, RestAnswer, RestCall } from '../bitrix24/rest/rest-call.ts';
import type { Clock } from '../clock.ts';
import type { StoppedMethods } from './portal-store.ts';
import { afterAnswers, stoppedUntil } from './stopped-methods.ts';

/** A request, and what became of it. */
export type Exchange = {
  readonly calls: readonly RestCall[];
  readonly asked: Asked;
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
  /** Until when a method rests or is stopped, ms; 0 when it may be called. */
  readonly restingUntil: (method: string) => number;
  readonly stoppedMethods: () => StoppedMethods;
  /** How many calls the next request may hold. */
  readonly room: () => number;
};

/** As the last invocation left it. */
export type StoredLimits = {
  readonly budget: RateBudget | null;
  readonly stoppedMethods?: StoppedMethods | undefined;
};

/** Keeps count of a portal's limits from what is sent and answered (B§8), and of the methods that are refused as such. */
export function rateLimits(stored: StoredLimits, rate: Rate, clock: Clock): RateLimits {
  let budget = stored.budget ?? emptyBudget(clock.now());
  let stopped = stored.stoppedMethods ?? {};
  return {
    budget: () => budget,
    spend: (allotment) => {
      budget = afterRequest(budget, clock.now(), rate, allotment);
    },
    note: (exchange) => {
      const { asked, calls } = exchange;
      budget = afterExchange(drained(budget, clock.now(), rate), exchange, rate, clock.now());
      if (asked.kind === 'answered') stopped = afterAnswers(stopped, calls, asked.answers, clock.now());
    },
    stoppedMethods: () => stopped,
    waitMs: (allotment) => waitMs(budget, clock.now(), rate, allotment),
    restingUntil: (method) =>
      Math.max(restingUntil(budget, method, clock.now()), stoppedUntil(stopped, method, clock.now())),
    room: () => mostCalls(budget, clock.now()),
  };
}

function afterExchange(budget: RateBudget, { calls, asked, lasted }: Exchange, rate: Rate, now: number): RateBudget {
  if (asked.kind === 'failed') return afterFailure(budget, asked.failure, { calls, lasted }, rate, now);
  const after = afterTimedRequest(budget, calls.length, lasted, true);
  return calls.reduce((sum, { method }, index) => afterCall(sum, method, asked.answers[index], now), after);
}

function afterFailure(
  budget: RateBudget,
  failure: RequestFailure,
  { calls, lasted }: Pick<Exchange, 'calls' | 'lasted'>,
  rate: Rate,
  now: number,
): RateBudget {
  if (failure.kind === 'unsent') return budget;
  const after = afterTimedRequest(budget, calls.length, lasted, failure.kind !== 'unanswered');
  if (isError(failure, 'QUERY_LIMIT_EXCEEDED')) return afterRateLimitError(after, now, rate);
  // A batch that is refused as a whole has used up the time of `batch`, not that of the methods in it. Sources disagree on
  // what a batch is charged to (B§3, B§8.2); single calls still go through.
  return calls.length > 1 && rests('batch', failure) ? withRestingMethod(after, 'batch', now) : after;
}

function afterCall(budget: RateBudget, method: string, answer: RestAnswer | undefined, now: number): RateBudget {
  if (answer?.kind === 'result') return afterSuccess(budget, method, answer.time, now);
  return answer !== undefined && rests(method, answer) ? withRestingMethod(budget, method, now) : budget;
}

const isError = (answer: RestAnswer, code: string): boolean =>
  answer.kind === 'error' && answer.code.toUpperCase() === code;

const rests = (method: string, answer: RestAnswer): boolean =>
  answer.kind === 'error' && errorPolicy(method, answer.code, answer.status).action === 'rest';
