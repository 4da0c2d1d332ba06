import type { AppCredentials } from '../portal/grant.ts';
import type { StoredGrant } from '../portal/grant-store.ts';
import type { LeaseStore } from '../portal/lease-store.ts';
import { GRANT_LEASE_MS } from '../portal/policy.ts';
import { type ActivateDeps, activatePortal, registrationJob } from './activate-portal.ts';
import { type Confirmed, type ConfirmPendingGrantDeps, confirmPendingGrant } from './confirm-pending-grant.ts';
import type { PendingEntry, PendingGrant, PendingGrantStore } from './pending-grant.ts';

export type ConfirmPendingGrantsDeps = ConfirmPendingGrantDeps &
  ActivateDeps & {
    readonly pendingGrants: PendingGrantStore;
    readonly leases: LeaseStore;
    readonly randomId: () => string;
  };

export type Confirmation = {
  readonly portal: string;
  /**
   * `refused`: the OAuth server says no; `waiting`: it is not known yet. The grant stays pending if it may still be
   * confirmed.
   */
  readonly status: 'confirmed' | 'refused' | 'waiting';
  readonly code: string | null;
};

/** Confirms the pending grants that are due, one portal after the other, with the credentials that are set now (D§4). */
export async function* confirmPendingGrants(
  deps: ConfirmPendingGrantsDeps,
  isDue: (entry: PendingEntry) => boolean = () => true,
): AsyncIterable<Confirmation> {
  const due = (await deps.pendingGrants.list(deps.clock.now())).filter(isDue);
  const credentials = due.length > 0 ? await deps.store.readApp() : null;
  if (credentials === null) return;
  for (const { memberId } of due) {
    const confirmation = await confirmOne(deps, credentials, memberId);
    if (confirmation !== null) yield confirmation;
  }
}

/** Holds the portal's lease: a refresh token can be used once (B§4.1), so the second of two processes finds it done. */
async function confirmOne(deps: ConfirmPendingGrantsDeps, credentials: AppCredentials, portal: string) {
  const { leases, clock } = deps;
  const owner = deps.randomId();
  if (!(await leases.acquire(portal, owner, clock.now() + GRANT_LEASE_MS, clock.now()))) {
    return { portal, status: 'waiting', code: 'BUSY' } as const;
  }
  try {
    return await confirmUnderLease(deps, credentials, portal);
  } finally {
    await leases.release(portal, owner).catch(() => undefined); // it ends by itself too
  }
}

async function confirmUnderLease(
  deps: ConfirmPendingGrantsDeps,
  credentials: AppCredentials,
  portal: string,
): Promise<Confirmation | null> {
  const pending = await deps.pendingGrants.read(portal);
  if (pending === null) {
    await deps.pendingGrants.remove(portal);
    return null;
  }
  const current = await deps.store.read(portal);
  if (current !== null && isNewer(current, pending)) return await activate(deps, portal, current.version);
  if (pending.clientId !== null && pending.clientId !== credentials.clientId) {
    return { portal, status: 'refused', code: 'CLIENT_ID_MISMATCH' };
  }
  return await settle(deps, portal, await confirmPendingGrant(deps, credentials, pending));
}

/** The application was installed since, or the grant was confirmed by a process that died before it could say so. */
const isNewer = ({ grant }: StoredGrant, { keptAt }: PendingGrant): boolean =>
  grant.kind === 'oauth' && Date.parse(grant.issuedAt ?? '') >= keptAt;

async function settle(deps: ConfirmPendingGrantsDeps, portal: string, result: Confirmed): Promise<Confirmation> {
  switch (result.kind) {
    case 'confirmed':
      return await activate(deps, portal, result.grant.accessToken);
    case 'later':
      return { portal, status: 'waiting', code: 'OAUTH_UNANSWERED' };
    case 'refused':
      if (result.useless) await deps.pendingGrants.remove(portal);
      return { portal, status: 'refused', code: result.code };
  }
}

/** The pending grant is removed last: whoever finds one does the rest again. */
async function activate(deps: ConfirmPendingGrantsDeps, portal: string, token: string): Promise<Confirmation> {
  await activatePortal(deps, registrationJob(portal, token, { trigger: 'event', cause: 'ONAPPINSTALL' }));
  await deps.pendingGrants.remove(portal);
  return { portal, status: 'confirmed', code: null };
}
