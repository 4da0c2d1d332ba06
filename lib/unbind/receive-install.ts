import { createHash } from 'node:crypto';
import { type InboundEvent, readEvent } from '../bitrix24/inbound-event.ts';
import { readForm } from '../bitrix24/read-form.ts';
import type { Install, Installed } from '../portal/install-portal.ts';
import type { PortalStore } from '../portal/portal-store.ts';
import {
  ACCEPTED,
  accept,
  badForm,
  badRequest,
  type Inbound,
  type Ingress,
  type Reply,
  UNKNOWN_SENDER,
} from './ingress.ts';

export type InstallIngress = Ingress & {
  /** Proves the offer at the trusted OAuth host and stores the grant (D§5). */
  readonly install: (install: Install) => Promise<Installed>;
  /** Deletes the grant of a portal. */
  readonly uninstall: (memberId: string) => Promise<void>;
  readonly portals: Pick<PortalStore, 'add' | 'setStop'>;
};

/** The life of the application on a portal (B§7): installed, updated, removed. */
export async function receiveInstall({ body, contentType }: Inbound, ingress: InstallIngress): Promise<Reply> {
  const reading = readForm(body, contentType);
  if (reading.kind === 'rejected') return badForm(reading.reason);
  const event = readEvent(reading.form);
  if (event.kind === 'rejected') return badRequest(event.reason);

  const { happening, auth } = event;
  switch (happening.kind) {
    case 'install':
    case 'update':
      return await installed(event, { auth, offer: happening.offer }, ingress);
    case 'uninstall':
      return await uninstalled(event, ingress);
    default:
      return badRequest('event must be ONAPPINSTALL, ONAPPUPDATE or ONAPPUNINSTALL here; send others to /event');
  }
}

async function installed({ name, auth }: InboundEvent, install: Install, ingress: InstallIngress): Promise<Reply> {
  const result = await ingress.install(install);
  const portal = auth.memberId;
  if (result.kind !== 'stored') {
    ingress.log.warn('install_not_stored', { portal, event: name, kind: result.kind, reason: result.reason });
    return result.kind === 'refused' ? UNKNOWN_SENDER : TRY_AGAIN[result.reason];
  }
  await ingress.portals.add(portal, ingress.clock.now());
  await ingress.portals.setStop(portal, null);
  // The token names the delivery: a repeated call makes one registration, a later installation another one.
  const id = `register:${createHash('sha256').update(install.offer.accessToken).digest('base64url')}`;
  const job = { portal, id, lane: 'robot', trigger: 'event', cause: name, task: { kind: 'register' } } as const;
  return await accept(job, 'add', ingress);
}

/** The application token is the only proof of a removal (B§7.3). All rights are gone already (B§7.1). */
async function uninstalled({ auth }: InboundEvent, ingress: InstallIngress): Promise<Reply> {
  if (!(await ingress.verify(auth))) return UNKNOWN_SENDER;
  const portal = auth.memberId;
  await ingress.uninstall(portal);
  const since = ingress.clock.now();
  await ingress.portals.setStop(portal, { code: 'UNINSTALLED', since, probeAt: Number.MAX_SAFE_INTEGER, probes: 0 });
  ingress.log.info('portal_uninstalled', { portal });
  return ACCEPTED;
}

const TRY_AGAIN: { readonly [reason in (Installed & { kind: 'unverified' })['reason']]: Reply } = {
  app_credentials_missing: {
    status: 503,
    body: {
      error: 'app_credentials_missing',
      message: "The application's client id and secret are not set. Run: app set, then install the application again",
    },
  },
  oauth_unanswered: {
    status: 503,
    body: { error: 'oauth_unanswered', message: 'The OAuth server did not answer. Install the application again' },
  },
};
