import { mayHaveHappened } from '../../bitrix24/rest/error-policy.ts';
import type { RequestFailure } from '../../bitrix24/rest/rest-call.ts';
import { type Attempt, sendsChange } from '../../jobs/attempt.ts';
import { BINDINGS_RECHECK_MS, CERTAIN_AFTER_MS, PARTS_OF_FAILED_REQUEST } from '../policy.ts';
import { codeOf, counted, type Decision, failedIfSpent, goOn, type Moment, troubled } from './decision.ts';

/** A request that failed as a whole. */
export type FailedRequest = {
  readonly failure: RequestFailure;
  /** How many calls were in it. */
  readonly size: number;
  /** The portal answers other calls: the request died of something in it. */
  readonly isPortalWell: boolean;
};

/**
 * Decides what becomes of an attempt whose request failed: nobody has said anything about its command. Only a command that
 * was alone in its request uses up its own allowance, and only if the portal is well (D§2).
 */
export function decideWithoutAnswer(attempt: Attempt, request: FailedRequest, moment: Moment): Decision {
  const { failure, size, isPortalWell } = request;
  const after = afterFailedRequest(counted(attempt, moment), failure, moment);
  if (!isPortalWell || !hasLeft(failure)) return goOn(after, {});
  if (size > 1) return goOn(after, smallerRequest(size));
  return failedIfSpent(goOn(after, troubled(after, moment, after.notBefore)), codeOf(failure));
}

/** Whether the request reached the portal, or its front end, which may turn away what is in it (B§8.1). */
export const hasLeft = (failure: RequestFailure): boolean => failure.kind !== 'unsent' || failure.status !== undefined;

/** The next request with it is a part of this one, or its own. */
function smallerRequest(size: number): Partial<Attempt> {
  const requestSize = Math.floor(size / PARTS_OF_FAILED_REQUEST);
  return requestSize > 1 ? { requestSize } : { alone: true };
}

/** What the failure leaves of the attempt: a change may have been carried out, or may still be. */
function afterFailedRequest(attempt: Attempt, failure: RequestFailure, { now }: Moment): Attempt {
  if (failure.kind === 'unsent' || !sendsChange(attempt)) return { ...attempt, notBefore: now };
  if (failure.kind === 'error') {
    return { ...attempt, tried: attempt.tried || mayHaveHappened(failure.code, failure.status), notBefore: now };
  }
  return {
    ...attempt,
    state: 'unanswered',
    tried: true,
    certainAt: failure.begunBy + CERTAIN_AFTER_MS,
    notBefore: now + BINDINGS_RECHECK_MS,
  };
}
