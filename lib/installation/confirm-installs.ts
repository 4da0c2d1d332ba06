import type { AppCredentials } from '../portal/grant.ts';
import type { StoredGrant } from '../portal/grant-store.ts';
import type { LeaseStore } from '../portal/lease-store.ts';
import { registration, type WelcomeMeans, welcomePortal } from './activate-portal.ts';
import type { KeptEntry } from './admit-pending-grant.ts';
import { type Confirmed, type ConfirmMeans, confirmGrant } from './confirm-grant.ts';
import type { KeptOffer } from './pending-grant.ts';
import type { UnconfirmedGrants } from './pending-grant-store.ts';

export type ConfirmInstallsMeans = ConfirmMeans &
  WelcomeMeans & {
    readonly unconfirmed: UnconfirmedGrants;
    readonly leases: LeaseStore;
    readonly randomId: () => string;
  };

export type Confirmation = {
  readonly portal: string;
  /** `refused`: the OAuth server says no; `waiting`: it cannot be told yet. Both are kept while there is hope. */
  readonly status: 'confirmed' | 'refused' | 'waiting';
  readonly code: string | null;
};

/** Longer than the OAuth client's time-out and the writes after it. */
const LEASE_MS = 30_000;

/** Confirms what is kept, one portal after the other, with the credentials that are set now (D§4). */
export async function* confirmInstalls(
  means: ConfirmInstallsMeans,
  isDue: (entry: KeptEntry) => boolean = () => true,
): AsyncIterable<Confirmation> {
  const kept = (await means.unconfirmed.list(means.clock.now())).filter(isDue);
  const credentials = kept.length > 0 ? await means.store.readApp() : null;
  if (credentials === null) return;
  for (const { memberId } of kept) {
    const confirmation = await confirmOne(means, credentials, memberId);
    if (confirmation !== null) yield confirmation;
  }
}

/** Under the portal's lease: a refresh token is for one use (B§4.1), so of two that confirm the second finds it done. */
async function confirmOne(means: ConfirmInstallsMeans, credentials: AppCredentials, portal: string) {
  const { leases, clock } = means;
  const owner = means.randomId();
  if (!(await leases.acquire(portal, owner, clock.now() + LEASE_MS, clock.now()))) {
    return { portal, status: 'waiting', code: 'BUSY' } as const;
  }
  try {
    return await confirmHeld(means, credentials, portal);
  } finally {
    await leases.release(portal, owner).catch(() => undefined); // it ends by itself
  }
}

async function confirmHeld(
  means: ConfirmInstallsMeans,
  credentials: AppCredentials,
  portal: string,
): Promise<Confirmation | null> {
  const offer = await means.unconfirmed.read(portal);
  if (offer === null) {
    await means.unconfirmed.remove(portal);
    return null;
  }
  const current = await means.store.read(portal);
  if (current !== null && isNewer(current, offer)) return await confirmed(means, portal, current.version);
  if (offer.clientId !== null && offer.clientId !== credentials.clientId) {
    return { portal, status: 'refused', code: 'CLIENT_ID_MISMATCH' };
  }
  return await conclude(means, portal, await confirmGrant(means, credentials, offer));
}

/** Installed since, or confirmed by a process that died before it could say so. */
const isNewer = ({ grant }: StoredGrant, { keptAt }: KeptOffer): boolean =>
  grant.kind === 'oauth' && Date.parse(grant.issuedAt ?? '') >= keptAt;

async function conclude(means: ConfirmInstallsMeans, portal: string, result: Confirmed): Promise<Confirmation> {
  switch (result.kind) {
    case 'confirmed':
      return await confirmed(means, portal, result.grant.accessToken);
    case 'later':
      return { portal, status: 'waiting', code: 'OAUTH_UNANSWERED' };
    case 'refused':
      if (result.useless) await means.unconfirmed.remove(portal);
      return { portal, status: 'refused', code: result.code };
  }
}

/** The offer goes last: whoever finds it does the rest again. */
async function confirmed(means: ConfirmInstallsMeans, portal: string, token: string): Promise<Confirmation> {
  await welcomePortal(means, registration(portal, token, { trigger: 'event', cause: 'ONAPPINSTALL' }));
  await means.unconfirmed.remove(portal);
  return { portal, status: 'confirmed', code: null };
}
