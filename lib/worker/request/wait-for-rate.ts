import type { Allotment } from '../../bitrix24/rest/rate-budget.ts';
import type { Clock } from '../../clock.ts';
import type { PortalApi } from '../../portal/portal-api.ts';

/** In-process waits stay under 2 s (D§2); a longer rest is a bell's business. */
const LONGEST_WAIT_MS = 2_000;

export type RateWait = { readonly kind: 'go' } | { readonly kind: 'rest'; readonly until: number };

/** Waits until the portal's rate limit has room for one more request, if that is soon. */
export async function waitForRate(api: PortalApi, clock: Clock, allotment: Allotment = 'all'): Promise<RateWait> {
  const ms = api.waitMs(allotment);
  if (ms >= LONGEST_WAIT_MS) return { kind: 'rest', until: clock.now() + ms };
  if (ms > 0) await clock.sleep(ms);
  return { kind: 'go' };
}
