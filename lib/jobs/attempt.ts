import { bindingsOf } from '../bitrix24/crm/bindings.ts';
import type { RestCall } from '../bitrix24/rest/rest-call.ts';
import type { Command } from './command.ts';
import type { Trigger } from './outcome.ts';

/**
 * A command on its way to its outcome.
 *
 *   fresh ──send──▶ unanswered ──answer──▶ (outcome) | confirm | fresh
 *                        └─ no answer: `.list` decides, at the latest at `certainAt`
 *   confirm: BINDING_NOT_FOUND on a first attempt can be spurious (B§2.1), so `.list` decides
 */
export type Attempt = {
  readonly command: Command;
  readonly state: 'fresh' | 'unanswered' | 'confirm';
  readonly trigger: Trigger;
  readonly cause: string;
  /** As in `Step`. */
  readonly rule?: string;
  /** REST calls made for the command so far. */
  readonly attempts: number;
  /** One of our calls got no answer: if the binding is gone now, it counts as removed by us (D§3). */
  readonly tried: boolean;
  /** To be sent in a request of its own: what a batch said of it is in doubt (B§2.1), or requests die of something in them. */
  readonly alone: boolean;
  /** A request died with it: it is sent with at most so many others like it. Absent: in any request. */
  readonly requestSize?: number;
  /** Calls that failed because of this command or its activity, and of nothing wider (D§2). Absent: none. */
  readonly troubles?: number;
  /** ms; null before the first call. */
  readonly firstSentAt: number | null;
  /** From when on an unanswered call cannot take effect any more, ms: the portal cuts requests off (B§8.3). */
  readonly certainAt: number | null;
  /** Not to be sent before this time, ms. */
  readonly notBefore: number;
};

/** A command that has not been sent yet. */
export function newAttempt(command: Command, origin: Pick<Attempt, 'trigger' | 'cause' | 'rule'>): Attempt {
  return {
    command,
    state: 'fresh',
    ...origin,
    attempts: 0,
    tried: false,
    alone: false,
    firstSentAt: null,
    certainAt: null,
    notBefore: 0,
  };
}

export const CHANGE_METHODS = { unbind: 'crm.activity.binding.delete', bind: 'crm.activity.binding.add' } as const;

/** Whether the next call changes something; otherwise it only reads. */
export const sendsChange = (attempt: Attempt): boolean => attempt.state === 'fresh';

/** The next call of an attempt: the change itself, or the list that decides what became of it. */
export function callOf(attempt: Attempt): RestCall {
  const { activityId, action, element } = attempt.command;
  if (!sendsChange(attempt)) return bindingsOf(activityId);
  return { method: CHANGE_METHODS[action], params: { activityId, ...element } };
}

/**
 * Intent before call (D§3): how an attempt is stored while its change may be on its way. If this process dies now, the next
 * one finds a call without an answer.
 */
export function launched(attempt: Attempt, now: number, certainAt: number): Attempt {
  return {
    ...attempt,
    state: 'unanswered',
    tried: true,
    attempts: attempt.attempts + 1,
    firstSentAt: attempt.firstSentAt ?? now,
    certainAt,
    notBefore: now,
  };
}
