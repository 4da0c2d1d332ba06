import type { Allotment, RateBudget } from '../bitrix24/rest/rate-budget.ts';
import type { RestAnswer, RestCall } from '../bitrix24/rest/rest-call.ts';

/**
 * The client of one portal. It takes care of the grant, of refreshing it and of counting what the portal's limits allow.
 */
export interface PortalApi {
  /**
   * One HTTP request for 1 to 50 calls: a plain one for a single call, a `batch` for more. The answers are in the order of
   * the calls. What is not on its way by `sendBy` (ms) is not sent at all and answered as `unsent`. If the portal cannot be
   * served, every answer is an `error` for which `errorPolicy` says `stop_portal` (our own codes: GRANT_MISSING,
   * GRANT_DEAD).
   */
  ask(calls: readonly RestCall[], sendBy: number, allotment?: Allotment): Promise<RestAnswer[]>;

  /** How long until the rate limit has room for one more request, ms; 0 if it has. Sweeps may use half of the limit. */
  waitMs(allotment?: Allotment): number;
  /** Until when a method rests (B§8.2), ms; 0 when it does not. */
  restingUntil(method: string): number;
  /** How many calls the next request should hold: 50, or fewer when the portal is slow or refuses batches. */
  room(): number;
  /** How long one call of a batch has taken of late, ms; 0: not known. */
  callMs(): number;
  /** What is known of the limits now, to be stored for the next invocation. */
  budget(): RateBudget;
}
