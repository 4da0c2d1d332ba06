import type { Allotment } from '../../bitrix24/rest/rate-budget.ts';
import type { Clock } from '../../clock.ts';
import type { PortalApi } from '../../portal/portal-api.ts';
import { LONGEST_IN_PROCESS_WAIT_MS } from '../policy.ts';

export type RateWait = { readonly kind: 'go' } | { readonly kind: 'rest'; readonly until: number };

/** Waits until the portal's rate limit has room for one more request, if that is soon. */
export async function waitForRate(api: PortalApi, clock: Clock, allotment: Allotment = 'all'): Promise<RateWait> {
  const ms = api.waitMs(allotment);
  if (ms >= LONGEST_IN_PROCESS_WAIT_MS) return { kind: 'rest', until: clock.now() + ms };
  if (ms > 0) await clock.sleep(ms);
  return { kind: 'go' };
}
