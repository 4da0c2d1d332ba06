import { createHash, timingSafeEqual } from 'node:crypto';
import type { GrantCache } from './grant-cache.ts';
import type { StoredGrant } from './grant-store.ts';

/** What a call claims of its sender. */
export type ClaimedIdentity = { readonly memberId: string; readonly applicationToken: string };

class UnreadableGrantError extends Error {
  constructor(problem: string) {
    super(`The stored grant cannot be read: ${problem}`);
    this.name = 'GrantUnreadable';
  }
}

/** An unknown portal and a wrong token look the same (D§5). */
export type Sender = { readonly kind: 'verified'; readonly stored: StoredGrant } | { readonly kind: 'unknown' };

/**
 * Whether a call comes from the portal that it names: its application token is the only proof there is (B§9). If the token
 * does not match, the grant is read again, for each token once a minute: a re-installation may have brought a new one (D§4).
 */
export async function verifySender(
  cache: Pick<GrantCache, 'read' | 'fresh' | 'tryRecheck'>,
  claim: ClaimedIdentity,
): Promise<Sender> {
  const stored = await cache.read(claim.memberId);
  const verified = compareTokens(stored, claim);
  if (verified.kind === 'verified' || stored === null) return verified;

  if (!cache.tryRecheck(claim.memberId, claim.applicationToken)) return verified;
  return compareTokens(await cache.fresh(claim.memberId), claim);
}

/** Also compares when there is no stored token, so that the time that it takes tells a stranger nothing. */
function compareTokens(stored: StoredGrant | null, { applicationToken }: ClaimedIdentity): Sender {
  // Nobody can be told from a stranger then: the call fails, and with it comes an alarm.
  if (stored?.grant.kind === 'unreadable') throw new UnreadableGrantError(stored.grant.problem);
  const expected = stored?.grant.applicationToken ?? null;
  const equal = timingSafeEqual(sha256(expected ?? ''), sha256(applicationToken));
  return stored !== null && expected !== null && equal ? { kind: 'verified', stored } : { kind: 'unknown' };
}

/** Digests all have the same length, as the comparison demands. */
const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();
