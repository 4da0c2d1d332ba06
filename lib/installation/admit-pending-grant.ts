import type { PendingGrant } from './pending-grant.ts';

/** What may be known of a kept offer without reading its tokens. */
export type PendingEntry = Pick<PendingGrant, 'memberId' | 'clientId' | 'keptAt'>;

/** Few, and for days only (D§4): whoever can reach the address of the installation can send offers. */
export const MOST_KEPT = 20;
export const KEPT_MS = 7 * 86_400_000;

export const isYoung = ({ keptAt }: PendingEntry, now: number): boolean => now - keptAt < KEPT_MS;

export type Admission =
  | { readonly kind: 'admitted'; readonly pending: readonly PendingEntry[]; readonly dropped: readonly PendingEntry[] }
  /** An offer for the same portal is there, and the new one is not worth more. */
  | { readonly kind: 'present' }
  | { readonly kind: 'full' };

/**
 * Whether there is room for one more offer. One whose portal and application the OAuth host has named takes the place of an
 * earlier one of its portal, and of the oldest unproven one when all places are taken; one that nobody has vouched for takes
 * no other's place. So a flood of made-up offers keeps out its like, and no installation that can be verified.
 */
export function admitPendingGrant(all: readonly PendingEntry[], offer: PendingEntry): Admission {
  const young = all.filter((entry) => isYoung(entry, offer.keptAt));
  const same = young.find(({ memberId }) => memberId === offer.memberId);
  const others = young.filter((entry) => entry !== same);
  if (same !== undefined && offer.clientId === null) return { kind: 'present' };

  const leaves = others.length < MOST_KEPT ? undefined : oldestUnproven(others, offer);
  if (others.length >= MOST_KEPT && leaves === undefined) return { kind: 'full' };
  const pending = [...others.filter((entry) => entry !== leaves), offer];
  const names = new Set(pending.map(({ memberId }) => memberId));
  return { kind: 'admitted', pending, dropped: all.filter(({ memberId }) => !names.has(memberId)) };
}

function oldestUnproven(entries: readonly PendingEntry[], offer: PendingEntry): PendingEntry | undefined {
  if (offer.clientId === null) return undefined;
  return entries.filter(({ clientId }) => clientId === null).sort((one, other) => one.keptAt - other.keptAt)[0];
}
