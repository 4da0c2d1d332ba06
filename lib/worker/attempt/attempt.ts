import { bindingsOf } from '../../bitrix24/crm/bindings.ts';
import type { RestCall } from '../../bitrix24/rest/rest-call.ts';
import type { Command } from '../../jobs/command.ts';
import type { Attempt } from '../../jobs/intent.ts';

/** The portal cuts a request off at 60 s (B§8.3); five more for clocks and the way. */
export const CUT_OFF_MS = 65_000;

/** A command that has not been tried yet. */
export function newAttempt(command: Command, asked: Pick<Attempt, 'trigger' | 'cause' | 'rule'>): Attempt {
  return {
    command,
    state: 'fresh',
    ...asked,
    attempts: 0,
    tried: false,
    alone: false,
    firstSentAt: null,
    certainAt: null,
    notBefore: 0,
  };
}

export const CHANGE_METHODS = { unbind: 'crm.activity.binding.delete', bind: 'crm.activity.binding.add' } as const;

export const changes = (attempt: Attempt): boolean => attempt.state === 'fresh';

/** The next request for a trial: the change itself, or the list that decides. */
export function requestOf({ command, state }: Attempt): RestCall {
  if (state !== 'fresh') return bindingsOf(command.activityId);
  return { method: CHANGE_METHODS[command.action], params: { activityId: command.activityId, ...command.element } };
}

/**
 * Intent before call: how a trial is stored while its change may be on its way. Should this process die now, the next one
 * finds an attempt without an answer.
 */
export function launched(attempt: Attempt, now: number, sendBy: number): Attempt {
  return {
    ...attempt,
    state: 'unanswered',
    tried: true,
    attempts: attempt.attempts + 1,
    firstSentAt: attempt.firstSentAt ?? now,
    certainAt: sendBy + CUT_OFF_MS,
    notBefore: now,
  };
}
