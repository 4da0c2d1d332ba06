import { type Budget, emptyBudget, overrun, rested, spent } from '../bitrix24/budget.ts';
import type { RestAnswer, RestCall } from '../bitrix24/rest-call.ts';
import { verdictOf } from '../bitrix24/verdict.ts';
import type { Clock } from '../clock.ts';

/** B§8.2: how long a method rests when no answer has told when its sum gets smaller. */
const REST_MS = 60_000;

export type Limits = {
  readonly budget: () => Budget;
  /** One more request. */
  readonly spend: () => void;
  readonly note: (calls: readonly RestCall[], answers: readonly RestAnswer[]) => void;
};

/** What the answers tell of the portal's limits (B§8). */
export function limitsOf(kept: Budget | null, clock: Clock): Limits {
  let budget = kept ?? emptyBudget(clock.now());
  /** When the oldest minute of a method leaves its sum, ms, by the last success (B§8.2). */
  const resetAt = new Map<string, number>();

  const noteAnswer = ({ method }: RestCall, answer: RestAnswer): void => {
    const now = clock.now();
    if (answer.kind === 'result' && answer.time.operatingResetAt !== null) {
      resetAt.set(method.toLowerCase(), answer.time.operatingResetAt);
    }
    if (answer.kind !== 'error') return;
    if (answer.code.toUpperCase() === 'QUERY_LIMIT_EXCEEDED') budget = overrun(budget, now);
    if (verdictOf(method, answer.code, answer.status) === 'rest_method') {
      const known = resetAt.get(method.toLowerCase()) ?? 0;
      budget = rested(budget, method, known > now ? known : now + REST_MS);
    }
  };

  return {
    budget: () => budget,
    spend: () => {
      budget = spent(budget, clock.now());
    },
    note: (calls, answers) => {
      for (const [index, call] of calls.entries()) {
        const answer = answers[index];
        if (answer !== undefined) noteAnswer(call, answer);
      }
    },
  };
}
