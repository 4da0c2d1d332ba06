import type { Crm } from '../crm/crm-state.ts';
import type { Caller } from '../method.ts';

/**
 * The activity layer keeps its errors in static state of the PHP process (B§2.1): a failure earlier in the same request
 * still affects the next binding command of a batch. The Caller object identifies the HTTP request. Only with the quirk
 * `staleActivityErrors`.
 */
const failed = new WeakSet<Caller>();

export const noteActivityError = (caller: Caller): void => {
  failed.add(caller);
};

export const hasStaleError = (crm: Crm, caller: Caller): boolean =>
  crm.quirks.staleActivityErrors && failed.has(caller);
