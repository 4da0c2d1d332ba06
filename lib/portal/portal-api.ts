import type { Allotment, Budget } from '../bitrix24/rest/rate-budget.ts';
import type { RestAnswer, RestCall } from '../bitrix24/rest/rest-call.ts';

/** One portal, ready to be asked: the grant, its refresh and the portal's limits are taken care of. */
export interface PortalApi {
  /**
   * One HTTP request for 1 to 50 calls: a plain call for one, a `batch` for more. Answers come in the order of the calls.
   * What is not on its way by `sendBy` (ms) is not sent at all and answered `unsent`. A portal that cannot be served
   * answers every call with an `error` whose verdict is `stop_portal` (our own codes: GRANT_MISSING, GRANT_DEAD).
   */
  ask(calls: readonly RestCall[], sendBy: number, allotment?: Allotment): Promise<RestAnswer[]>;

  /** How long to wait until the rate limit has room for one more request, ms; 0 when it has. Sweeps have half of it. */
  waitMs(allotment?: Allotment): number;
  /** Until when a method rests (B§8.2), ms; 0 when it does not. */
  restingUntil(method: string): number;
  /** How many calls the next request should hold: 50, or fewer when the portal is slow or refuses batches. */
  room(): number;
  /** What is known of the limits now, to be kept for the next invocation. */
  budget(): Budget;
}
