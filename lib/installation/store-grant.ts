import type { Clock } from '../clock.ts';
import type { Grant, OauthGrant } from '../portal/grant.ts';
import type { GrantCache } from '../portal/grant-cache.ts';
import type { GrantStore } from '../portal/grant-store.ts';
import type { PortalStore } from '../portal/portal-store.ts';

export type StoreGrantDeps = {
  readonly store: GrantStore;
  readonly portals: Pick<PortalStore, 'add' | 'noteAnnounced'>;
  readonly grants: Pick<GrantCache, 'keep'>;
  readonly clock: Clock;
};

/** A grant that was proven, and what is known of the times. */
export type ProvenGrant = {
  readonly grant: OauthGrant;
  /** The time of issue is the OAuth server's, and can be compared with that of another grant. */
  readonly comparable: boolean;
  /** `PortalState.announcedAt` */
  readonly announcedAt: number | null;
};

/** Another writer may get in between a few times, not for ever. */
const MOST_WRITES = 5;

/**
 * Stores a grant that was proven, and gives what is stored afterwards. A version has exactly one successor (D§4): who comes
 * second reads again and replaces that.
 *
 *   install P0 ─ stored ─ ··· P0 expires ─ refresh: P1 stored ─ ··· the same call again, P0: older than P1, not stored
 *   Its refresh token is used up (B§4.1): stored in place of P1 it would be the end of the grant.
 *
 * The installation's time is noted first: a removal that is carried out meanwhile and takes the new grant with it finds the
 * time afterwards, and so its mistake.
 */
export async function storeGrant(
  { grant, comparable, announcedAt }: ProvenGrant,
  { store, portals, grants, clock }: StoreGrantDeps,
): Promise<OauthGrant> {
  if (announcedAt !== null) {
    await portals.add(grant.memberId, clock.now());
    await portals.noteAnnounced(grant.memberId, announcedAt);
  }
  for (let writes = 0; writes < MOST_WRITES; writes += 1) {
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
  throw new Error('the grant was replaced again and again while it was being stored');
}

/** An application token that differs is a new one (B§7.3), and comes with tokens that were proven just now. */
function isAsGood(current: OauthGrant, offered: OauthGrant, comparable: boolean): boolean {
  if (current.applicationToken !== offered.applicationToken) return false;
  if (current.clientEndpoint !== offered.clientEndpoint) return false;
  if (current.refreshToken === offered.refreshToken) return true;
  return comparable && issuedAt(current) > issuedAt(offered);
}

const issuedAt = (grant: Grant): number => (grant.kind === 'oauth' ? Date.parse(grant.issuedAt ?? '') : Number.NaN);
