import { failureCode } from '../../bitrix24/rest/error-policy.ts';
import type { RequestFailure } from '../../bitrix24/rest/rest-call.ts';
import type { Attempt } from '../../jobs/attempt.ts';
import type { Status } from '../../jobs/outcome.ts';
import { backoffMs } from '../backoff.ts';
import { MOST_TROUBLES_PER_COMMAND } from '../policy.ts';

/** What becomes of an attempt once an answer, or none, has come. */
export type Decision =
  | {
      readonly kind: 'ended';
      readonly attempt: Attempt;
      readonly status: Status;
      readonly code: string | null;
      /** The binding is as asked for, but no answer said that this was us: we only know of nobody else who did it. */
      readonly presumed: boolean;
    }
  | { readonly kind: 'going_on'; readonly attempt: Attempt }
  | { readonly kind: 'stopped'; readonly attempt: Attempt; readonly code: string };

export type Moment = {
  /** When the request was composed, and now, ms. */
  readonly askedAt: number;
  readonly now: number;
  /** In [0, 1), for the backoff. */
  readonly random: number;
  /** Until when the method rests (B§8.2) or is stopped, ms. */
  readonly restingUntil: number;
};

export const goOn = (attempt: Attempt, change: Partial<Attempt>): Decision => ({
  kind: 'going_on',
  attempt: { ...attempt, ...change },
});

export const end = (attempt: Attempt, status: Status, code: string | null): Decision => ({
  kind: 'ended',
  attempt,
  status,
  code,
  presumed: false,
});

export const counted = (attempt: Attempt, { askedAt }: Moment): Attempt => ({
  ...attempt,
  attempts: attempt.attempts + 1,
  firstSentAt: attempt.firstSentAt ?? askedAt,
});

/** One more trouble of the command itself; it is tried again later. */
export function troubled({ troubles = 0 }: Attempt, { now, random }: Moment, notBefore = 0) {
  return { troubles: troubles + 1, notBefore: Math.max(notBefore, now + backoffMs(troubles + 1, random)) };
}

export function failedIfSpent(decided: Decision, code: string): Decision {
  const spent = decided.kind === 'going_on' && (decided.attempt.troubles ?? 0) >= MOST_TROUBLES_PER_COMMAND;
  return spent ? end(decided.attempt, 'failed', code) : decided;
}

/** For a command that failed: Bitrix24's code as it came, or why there was none. */
export const codeOf = (failure: RequestFailure): string =>
  failure.kind === 'error' ? failure.code : failureCode(failure);
