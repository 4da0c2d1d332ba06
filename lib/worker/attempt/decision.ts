import type { RestAnswer } from '../../bitrix24/rest/rest-call.ts';
import { backoffMs } from '../../jobs/backoff.ts';
import type { Trial } from '../../jobs/intent.ts';
import type { Status } from '../../jobs/outcome.ts';

/** How soon the bindings are read after an unanswered call, and again after an empty list (B§2.1: a writer's gap). */
export const LOOK_AGAIN_MS = 2_000;

/** What is known once an answer, or none, has come. */
export type Judgement =
  | {
      readonly kind: 'ended';
      readonly trial: Trial;
      readonly status: Status;
      readonly code: string | null;
      /** It is as asked for, and no answer said that this was us: only that nobody else is known to have done it. */
      readonly presumed: boolean;
    }
  | { readonly kind: 'going_on'; readonly trial: Trial }
  | { readonly kind: 'stopped'; readonly trial: Trial; readonly code: string };

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
function doneStatus({ command, tried }: Trial): Status {
  if (command.action === 'unbind') return tried ? 'unbound' : 'already_unbound';
  return tried ? 'bound' : 'already_bound';
}

export const goOn = (trial: Trial, change: Partial<Trial>): Judgement => ({
  kind: 'going_on',
  trial: { ...trial, ...change },
});

export const later = (trial: Trial, { now, random }: Moment): Judgement =>
  goOn(trial, { notBefore: now + backoffMs(trial.attempts, random) });

export const end = (trial: Trial, status: Status, code: string | null): Judgement => ({
  kind: 'ended',
  trial,
  status,
  code,
  presumed: false,
});

export const endAsFound = (trial: Trial, code: string | null = null): Judgement => ({
  kind: 'ended',
  trial,
  status: doneStatus(trial),
  code,
  presumed: trial.tried,
});
