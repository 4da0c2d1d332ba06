import type { AppCredentials } from '../portal/grant.ts';
import type { StoredGrant } from '../portal/grant-store.ts';
import type { LeaseStore } from '../portal/lease-store.ts';
import { type ActivateDeps, activatePortal, registration } from './activate-portal.ts';
import type { PendingEntry } from './admit-pending-grant.ts';
import { type Confirmed, type ConfirmGrantDeps, confirmGrant } from './confirm-grant.ts';
import type { PendingGrant } from './pending-grant.ts';
import type { PendingGrantStore } from './pending-grant-store.ts';

export type ConfirmInstallsDeps = ConfirmGrantDeps &
  ActivateDeps & {
    readonly unconfirmed: PendingGrantStore;
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
  deps: ConfirmInstallsDeps,
  isDue: (entry: PendingEntry) => boolean = () => true,
): AsyncIterable<Confirmation> {
  const pending = (await deps.unconfirmed.list(deps.clock.now())).filter(isDue);
  const credentials = pending.length > 0 ? await deps.store.readApp() : null;
  if (credentials === null) return;
  for (const { memberId } of pending) {
    const confirmation = await confirmOne(deps, credentials, memberId);
    if (confirmation !== null) yield confirmation;
  }
}

/** Under the portal's lease: a refresh token is for one use (B§4.1), so of two that confirm the second finds it done. */
async function confirmOne(deps: ConfirmInstallsDeps, credentials: AppCredentials, portal: string) {
  const { leases, clock } = deps;
  const owner = deps.randomId();
  if (!(await leases.acquire(portal, owner, clock.now() + LEASE_MS, clock.now()))) {
    return { portal, status: 'waiting', code: 'BUSY' } as const;
  }
  try {
    return await confirmHeld(deps, credentials, portal);
  } finally {
    await leases.release(portal, owner).catch(() => undefined); // it ends by itself
  }
}

async function confirmHeld(
  deps: ConfirmInstallsDeps,
  credentials: AppCredentials,
  portal: string,
): Promise<Confirmation | null> {
  const offer = await deps.unconfirmed.read(portal);
  if (offer === null) {
    await deps.unconfirmed.remove(portal);
    return null;
  }
  const current = await deps.store.read(portal);
  if (current !== null && isNewer(current, offer)) return await confirmed(deps, portal, current.version);
  if (offer.clientId !== null && offer.clientId !== credentials.clientId) {
    return { portal, status: 'refused', code: 'CLIENT_ID_MISMATCH' };
  }
  return await conclude(deps, portal, await confirmGrant(deps, credentials, offer));
}

/** Installed since, or confirmed by a process that died before it could say so. */
const isNewer = ({ grant }: StoredGrant, { keptAt }: PendingGrant): boolean =>
  grant.kind === 'oauth' && Date.parse(grant.issuedAt ?? '') >= keptAt;

async function conclude(deps: ConfirmInstallsDeps, portal: string, result: Confirmed): Promise<Confirmation> {
  switch (result.kind) {
    case 'confirmed':
      return await confirmed(deps, portal, result.grant.accessToken);
    case 'later':
      return { portal, status: 'waiting', code: 'OAUTH_UNANSWERED' };
    case 'refused':
      if (result.useless) await deps.unconfirmed.remove(portal);
      return { portal, status: 'refused', code: result.code };
  }
}

/** The offer goes last: whoever finds it does the rest again. */
async function confirmed(deps: ConfirmInstallsDeps, portal: string, token: string): Promise<Confirmation> {
  await activatePortal(deps, registration(portal, token, { trigger: 'event', cause: 'ONAPPINSTALL' }));
  await deps.unconfirmed.remove(portal);
  return { portal, status: 'confirmed', code: null };
}
