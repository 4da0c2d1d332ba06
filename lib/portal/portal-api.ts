import type { Allotment, RateBudget } from '../bitrix24/rest/rate-budget.ts';
import type { Asked, RestCall } from '../bitrix24/rest/rest-call.ts';
import type { StoppedMethods } from './portal-store.ts';

/**
 * The client of one portal. It takes care of the grant, of refreshing it and of counting what the portal's limits allow.
 */
export interface PortalApi {
  /**
   * One HTTP request for 1 to 50 calls: a plain one for a single call, a `batch` for more. What is not on its way by
   * `sendBy` (ms) is not sent at all: it has failed as `unsent`. If the portal cannot be served, the failure is an `error`
   * that `errorPolicy` calls a `stop` of the portal (our own codes: GRANT_MISSING, GRANT_DEAD).
   */
  ask(calls: readonly RestCall[], sendBy: number, allotment?: Allotment): Promise<Asked>;

  /** How long until the rate limit has room for one more request, ms; 0 if it has. Sweeps may use half of the limit. */
  waitMs(allotment?: Allotment): number;
  /** Until when a method rests (B§8.2) or is stopped, ms; 0 when it may be called. */
  restingUntil(method: string): number;
  /** The methods that are stopped now, by lower-case name. */
  stoppedMethods(): StoppedMethods;
  /** How many calls the next request should hold: 50, or fewer when the portal is slow or refuses batches. */
  room(): number;
  /** How long one call of a batch has taken of late, ms; 0: not known. */
  callMs(): number;
  /** What is known of the limits now, to be stored for the next invocation. */
  budget(): RateBudget;
}
