import type { PendingEntry } from './pending-grant.ts';
import { MOST_PENDING_GRANTS, PENDING_GRANT_MS } from './policy.ts';

/** Whether a pending grant may still be confirmed at `now` (ms). */
export const isYoung = ({ keptAt }: PendingEntry, now: number): boolean => now - keptAt < PENDING_GRANT_MS;

export type Admission =
  | { readonly kind: 'admitted'; readonly pending: readonly PendingEntry[]; readonly dropped: readonly PendingEntry[] }
  /** A grant of the same portal is pending, and the new one is not worth more. */
  | { readonly kind: 'present' }
  | { readonly kind: 'full' };

/**
 * Whether there is room for one more pending grant. One that is proven (the OAuth host has named its portal and
 * application) replaces an earlier one of its portal and, if all places are taken, the oldest that is not proven. One that
 * is not proven replaces nothing. So a flood of made-up installations keeps out its own kind, and none that can be
 * verified.
 */
export function admitPendingGrant(all: readonly PendingEntry[], added: PendingEntry): Admission {
  const young = all.filter((entry) => isYoung(entry, added.keptAt));
  const same = young.find(({ memberId }) => memberId === added.memberId);
  const others = young.filter((entry) => entry !== same);
  if (same !== undefined && added.clientId === null) return { kind: 'present' };

  const replaced = others.length < MOST_PENDING_GRANTS ? undefined : oldestUnproven(others, added);
  if (others.length >= MOST_PENDING_GRANTS && replaced === undefined) return { kind: 'full' };
  const pending = [...others.filter((entry) => entry !== replaced), added];
  const names = new Set(pending.map(({ memberId }) => memberId));
  return { kind: 'admitted', pending, dropped: all.filter(({ memberId }) => !names.has(memberId)) };
}

function oldestUnproven(entries: readonly PendingEntry[], added: PendingEntry): PendingEntry | undefined {
  if (added.clientId === null) return undefined;
  return entries.filter(({ clientId }) => clientId === null).sort((one, other) => one.keptAt - other.keptAt)[0];
}
