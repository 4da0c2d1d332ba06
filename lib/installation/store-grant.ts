import type { Clock } from '../clock.ts';
import type { Grant, OauthGrant } from '../portal/grant.ts';
import type { GrantCache } from '../portal/grant-cache.ts';
import type { GrantStore } from '../portal/grant-store.ts';
import type { PortalStore } from '../portal/portal-store.ts';
import { MOST_WRITES_OF_GRANT } from './policy.ts';

export type StoreGrantDeps = {
  readonly store: GrantStore;
  readonly portals: Pick<PortalStore, 'add' | 'noteAnnounced'>;
  readonly grants: Pick<GrantCache, 'keep'>;
  readonly clock: Clock;
};

/** A grant that was proven, and what is known about times. */
export type ProvenGrant = {
  readonly grant: OauthGrant;
  /** `issuedAt` comes from the OAuth server, so it can be compared with that of another grant. */
  readonly comparable: boolean;
  /** As in `PortalState.announcedAt`. */
  readonly announcedAt: number | null;
};

/**
 * Stores a proven grant and returns what is stored afterwards. A version has exactly one successor (D§4): the second of two
 * writers reads again and replaces that.
 *
 *   install: P0 stored ─ ··· P0 expires ─ refresh: P1 stored ─ ··· the same event again: P0 is older than P1, not stored
 *   The refresh token of P0 is used up (B§4.1): stored in place of P1 it would be the end of the grant.
 *
 * The time of the installation is noted first: an uninstallation that runs at the same moment and deletes the new grant
 * finds that time afterwards, and so its mistake (`receiveUninstall`).
 */
export async function storeGrant(
  { grant, comparable, announcedAt }: ProvenGrant,
  { store, portals, grants, clock }: StoreGrantDeps,
): Promise<OauthGrant> {
  if (announcedAt !== null) {
    await portals.add(grant.memberId, clock.now());
    await portals.noteAnnounced(grant.memberId, announcedAt);
  }
  for (let writes = 0; writes < MOST_WRITES_OF_GRANT; writes += 1) {
    const current = await store.read(grant.memberId);
    if (current?.grant.kind === 'oauth' && isAsGood(current.grant, grant, comparable)) {
      grants.keep(current);
      return current.grant;
    }
    const written = await store.write(grant, current?.version ?? null);
    if (written !== 'superseded') {
      grants.keep(written);
      return grant;
    }
  }
  throw new Error('The grant was replaced again and again while it was being stored');
}

/**
 * Whether the stored grant need not be replaced. Another application token is a newer one (B§7.3): it was proven just now.
 */
function isAsGood(current: OauthGrant, added: OauthGrant, comparable: boolean): boolean {
  if (current.applicationToken !== added.applicationToken) return false;
  if (current.clientEndpoint !== added.clientEndpoint) return false;
  if (current.refreshToken === added.refreshToken) return true;
  return comparable && issuedAt(current) > issuedAt(added);
}

const issuedAt = (grant: Grant): number => (grant.kind === 'oauth' ? Date.parse(grant.issuedAt ?? '') : Number.NaN);
