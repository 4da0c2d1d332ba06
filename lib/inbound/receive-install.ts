import { type Form, textAt } from '../bitrix24/inbound/form.ts';
import { type InboundEvent, readEvent } from '../bitrix24/inbound/inbound-event.ts';
import { readForm } from '../bitrix24/inbound/read-form.ts';
import { type ActivateDeps, registrationJob, resetPortalRow } from '../installation/activate-portal.ts';
import type { Install, Installed } from '../installation/install-portal.ts';
import {
  acceptJob,
  badForm,
  badRequest,
  type Inbound,
  type Ingress,
  type Reply,
  UNKNOWN_SENDER,
} from './accept-job.ts';
import { receiveUninstall, type UninstallIngress } from './receive-uninstall.ts';

export type InstallIngress = Ingress &
  UninstallIngress & {
    /** Proves the tokens at the trusted OAuth host and stores the grant, or keeps a pending grant (D§5). */
    readonly install: (install: Install) => Promise<Installed>;
    readonly portals: ActivateDeps['portals'];
  };

/** Receives what happens to the application on a portal (B§7): installed, updated, uninstalled. */
export async function receiveInstall({ body, contentType }: Inbound, ingress: InstallIngress): Promise<Reply> {
  const reading = readForm(body, contentType);
  if (reading.kind === 'rejected') return badForm(reading.reason);
  if (isFrame(reading.form)) return FRAME;
  const event = readEvent(reading.form);
  if (event.kind === 'rejected') return badRequest(event.reason);

  const { change, auth, builtAt } = event;
  switch (change.kind) {
    case 'install':
    case 'update':
      return await acceptInstall(event, { auth, tokens: change.tokens, builtAt }, ingress);
    case 'uninstall':
      return await receiveUninstall({ auth, builtAt }, ingress);
    default:
      return badRequest('event must be ONAPPINSTALL, ONAPPUPDATE or ONAPPUNINSTALL here; send others to /event');
  }
}

async function acceptInstall({ name, auth }: InboundEvent, install: Install, ingress: InstallIngress): Promise<Reply> {
  const result = await ingress.install(install);
  const portal = auth.memberId;
  if (result.kind !== 'stored') {
    ingress.log.warn('install_not_stored', { portal, cause: name, kind: result.kind, reason: result.reason });
    return result.kind === 'refused' ? UNKNOWN_SENDER : result.kind === 'kept' ? KEPT : NO_ROOM[result.reason];
  }
  await resetPortalRow(ingress.portals, portal, ingress.clock.now());
  const job = registrationJob(portal, install.tokens.accessToken, { trigger: 'event', cause: name });
  return await acceptJob(job, 'add', ingress);
}

/** The portal tells the administrator that it worked: what is still missing is up to us (B§7.1). */
const KEPT: Reply = { status: 200, body: { status: 'kept' } };

type Reason = Extract<Installed, { kind: 'kept' | 'full' }>['reason'];

const NO_ROOM: { readonly [reason in Reason]: Reply } = {
  app_credentials_missing: {
    status: 503,
    body: {
      error: 'app_credentials_missing',
      message:
        "The application's client id and secret are not set, and this installation cannot be kept until they are. Run: app set, then install the application again",
    },
  },
  oauth_unanswered: {
    status: 503,
    body: {
      error: 'oauth_unanswered',
      message: 'The OAuth server does not answer, and this installation cannot be kept. Install the application again',
    },
  },
};

/** The portal opens a page of the application in a frame (B§7.4). */
const isFrame = (form: Form): boolean => textAt(form, 'event') === undefined && textAt(form, 'AUTH_ID') !== undefined;

const FRAME: Reply = {
  status: 400,
  body: {
    error: 'frame_not_supported',
    message:
      'Pages inside Bitrix24 are not supported yet. Tick "Script only (no user interface)" in the settings of the local application, with this address as its initial installation path',
  },
};
