import type { Crm } from '../crm/crm-state.ts';
import type { Caller } from '../method.ts';

/**
 * The activity layer keeps its errors in static state of the PHP process (B§2.1): what failed earlier in the same request is
 * still there for the next binding command of a batch. A request is told by its Caller, one object per HTTP request.
 * Only with the quirk `staleActivityErrors`.
 */
const failed = new WeakSet<Caller>();

export const noteActivityError = (caller: Caller): void => {
  failed.add(caller);
};

export const hasStaleError = (crm: Crm, caller: Caller): boolean =>
  crm.quirks.staleActivityErrors && failed.has(caller);
