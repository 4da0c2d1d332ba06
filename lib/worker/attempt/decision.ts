import type { RestAnswer } from '../../bitrix24/rest/rest-call.ts';
import { backoffMs } from '../../jobs/backoff.ts';
import type { Attempt } from '../../jobs/intent.ts';
import type { Status } from '../../jobs/outcome.ts';

/** How soon the bindings are read after an unanswered call, and again after an empty list (B§2.1: a writer's gap). */
export const LOOK_AGAIN_MS = 2_000;

/** What is known once an answer, or none, has come. */
export type Decision =
  | {
      readonly kind: 'ended';
      readonly attempt: Attempt;
      readonly status: Status;
      readonly code: string | null;
      /** It is as asked for, and no answer said that this was us: only that nobody else is known to have done it. */
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
  /** Until when the method rests (B§8.2), ms. */
  readonly restingUntil: number;
};

/** The request was on its way: the portal, or nobody, answered. */
export type Answered = Exclude<RestAnswer, { kind: 'unsent' }>;

/** A binding that is as asked for is ours when an attempt of ours got no answer (D§3). */
function doneStatus({ command, tried }: Attempt): Status {
  if (command.action === 'unbind') return tried ? 'unbound' : 'already_unbound';
  return tried ? 'bound' : 'already_bound';
}

export const goOn = (attempt: Attempt, change: Partial<Attempt>): Decision => ({
  kind: 'going_on',
  attempt: { ...attempt, ...change },
});

export const later = (attempt: Attempt, { now, random }: Moment): Decision =>
  goOn(attempt, { notBefore: now + backoffMs(attempt.attempts, random) });

export const end = (attempt: Attempt, status: Status, code: string | null): Decision => ({
  kind: 'ended',
  attempt,
  status,
  code,
  presumed: false,
});

export const endAsFound = (attempt: Attempt, code: string | null = null): Decision => ({
  kind: 'ended',
  attempt,
  status: doneStatus(attempt),
  code,
  presumed: attempt.tried,
});
