import { bindingsOf, readBindings } from '../bitrix24/bindings.ts';
import { sameElement } from '../bitrix24/element.ts';
import type { RestAnswer, RestCall } from '../bitrix24/rest-call.ts';
import { verdictOf } from '../bitrix24/verdict.ts';
import { backoffMs } from './backoff.ts';
import type { Command } from './command.ts';
import type { Status } from './outcome.ts';
import type { Trial } from './slice.ts';

/** The portal cuts a request off at 60 s (B§8.3); five more for clocks and the way. */
const CUT_OFF_MS = 65_000;
/** How soon the bindings are read after an unanswered call, and again after an empty list (B§2.1: a writer's gap). */
const LOOK_AGAIN_MS = 2_000;
/** Transient trouble may last about an hour with the longest backoff; then the command has failed. */
const MOST_ATTEMPTS = 12;

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

export const CHANGE_METHODS = { unbind: 'crm.activity.binding.delete', bind: 'crm.activity.binding.add' } as const;

export const changes = (trial: Trial): boolean => trial.state === 'fresh';

/** The next request for a trial: the change itself, or the list that decides. */
export function requestOf({ command, state }: Trial): RestCall {
  if (state !== 'fresh') return bindingsOf(command.activityId);
  return { method: CHANGE_METHODS[command.action], params: { activityId: command.activityId, ...command.element } };
}

/**
 * Intent before call: how a trial is stored while its change may be on its way. Should this process die now, the next one
 * finds an attempt without an answer.
 */
export function launched(trial: Trial, now: number, sendBy: number): Trial {
  return {
    ...trial,
    state: 'unanswered',
    tried: true,
    attempts: trial.attempts + 1,
    firstSentAt: trial.firstSentAt ?? now,
    certainAt: sendBy + CUT_OFF_MS,
    notBefore: now,
  };
}

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

type Answered = Exclude<RestAnswer, { kind: 'unsent' }>;

function judgeChange(trial: Trial, answer: Answered, moment: Moment): Judgement {
  const { command } = trial;
  switch (answer.kind) {
    case 'result':
      // `false` with HTTP 200 is not success: read, then decide (D§3).
      return answer.result === true
        ? end(trial, command.action === 'unbind' ? 'unbound' : 'bound', null)
        : goOn(trial, { state: 'unanswered', tried: true, certainAt: moment.now, notBefore: moment.now });
    case 'unanswered':
      return goOn(trial, {
        state: 'unanswered',
        tried: true,
        certainAt: answer.sentAt + CUT_OFF_MS,
        notBefore: moment.now + LOOK_AGAIN_MS,
      });
    case 'error':
      return judgeChangeError(trial, answer, moment);
  }
}

function judgeChangeError(trial: Trial, answer: RestAnswer & { kind: 'error' }, moment: Moment): Judgement {
  const { code, status } = answer;
  const { action } = trial.command;
  switch (verdictOf(CHANGE_METHODS[action], code, status)) {
    case 'already_done':
      // BINDING_NOT_FOUND can be spurious while another writer is between its DELETE and its INSERT (B§2.1).
      return action === 'unbind'
        ? goOn(trial, { state: 'confirm', certainAt: moment.now + LOOK_AGAIN_MS, notBefore: moment.now })
        : end(trial, doneStatus(trial), code);
    case 'refuse':
      // Inside a batch an earlier command's failure can show up as "0" (B§2.1): asked once more in a request of its own.
      return code === '0' && status === null && !trial.alone
        ? goOn(trial, { alone: true, notBefore: moment.now })
        : end(trial, 'refused', code);
    case 'rest_method':
      return goOn(trial, { notBefore: moment.restingUntil });
    case 'stop_portal':
      return { kind: 'stopped', trial, code };
    case 'retry':
    case 'refresh_token':
      return later(trial, moment);
  }
}

/**
 * The bindings as they are now decide what became of an attempt without a clear answer.
 * - Gone, and the list is not empty: certain at once.
 * - Gone, and the list is empty: a writer's gap, or the caller may not read the rest. Certain from `certainAt` on.
 * - Still there: a request that got no answer may still be at work. Certain from `certainAt` on.
 */
function judgeList(trial: Trial, answer: Answered, moment: Moment): Judgement {
  const certain = moment.askedAt >= (trial.certainAt ?? 0);
  if (answer.kind === 'unanswered') return later(trial, moment);
  if (answer.kind === 'error') return judgeListError(trial, answer, moment, certain);

  const list = readBindings(answer.result);
  const listed = list.some((element) => sameElement(element, trial.command.element));
  const done = trial.command.action === 'bind' ? listed : !listed;
  if (done && (listed || list.length > 0 || certain)) return endAsFound(trial);
  if (done) return goOn(trial, { notBefore: moment.now + LOOK_AGAIN_MS });
  // Nothing of ours can be on its way any more: no attempt so far took effect, and the change is asked again.
  if (certain || trial.state === 'confirm') return goOn(trial, { state: 'fresh', tried: false, notBefore: moment.now });
  return goOn(trial, { notBefore: trial.certainAt ?? moment.now });
}

function judgeListError(
  trial: Trial,
  { code, status }: RestAnswer & { kind: 'error' },
  moment: Moment,
  certain: boolean,
): Judgement {
  switch (verdictOf('crm.activity.binding.list', code, status)) {
    case 'stop_portal':
      return { kind: 'stopped', trial, code };
    case 'rest_method':
      return goOn(trial, { notBefore: moment.restingUntil });
    case 'retry':
    case 'refresh_token':
      return later(trial, moment);
    case 'already_done':
    case 'refuse':
      return unreadable(trial, code, moment, certain);
  }
}

/** The list is refused: the activity is gone, or the caller may not read it. */
function unreadable(trial: Trial, code: string, moment: Moment, certain: boolean): Judgement {
  const unbinds = trial.command.action === 'unbind';
  if (code === 'NOT_FOUND') return unbinds ? endAsFound(trial) : end(trial, 'refused', code);
  if (trial.state === 'confirm') return endAsFound(trial);
  // The change is safe to repeat once the first request cannot be at work any more (B§2.1).
  return certain
    ? goOn(trial, { state: 'fresh', notBefore: moment.now })
    : goOn(trial, { notBefore: trial.certainAt ?? 0 });
}

/** A binding that is as asked for is ours when an attempt of ours got no answer (D§3). */
function doneStatus({ command, tried }: Trial): Status {
  if (command.action === 'unbind') return tried ? 'unbound' : 'already_unbound';
  return tried ? 'bound' : 'already_bound';
}

const goOn = (trial: Trial, change: Partial<Trial>): Judgement => ({
  kind: 'going_on',
  trial: { ...trial, ...change },
});

const later = (trial: Trial, { now, random }: Moment): Judgement =>
  goOn(trial, { notBefore: now + backoffMs(trial.attempts, random) });

const end = (trial: Trial, status: Status, code: string | null): Judgement => ({
  kind: 'ended',
  trial,
  status,
  code,
  presumed: false,
});

const endAsFound = (trial: Trial): Judgement => ({
  kind: 'ended',
  trial,
  status: doneStatus(trial),
  code: null,
  presumed: trial.tried,
});

/** For a command that failed: Bitrix24's code, or why there was none. */
const codeOf = (answer: RestAnswer): string => {
  const ours = { unsent: 'UNREACHABLE', unanswered: 'NO_ANSWER', result: 'NOT_CONFIRMED' } as const;
  return answer.kind === 'error' ? answer.code : ours[answer.kind];
};

/** A command that has not been tried yet. */
export function freshTrial(command: Command, trigger: Trial['trigger'], cause: string): Trial {
  return {
    command,
    state: 'fresh',
    trigger,
    cause,
    attempts: 0,
    tried: false,
    alone: false,
    firstSentAt: null,
    certainAt: null,
    notBefore: 0,
  };
}
