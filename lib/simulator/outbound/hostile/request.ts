import { signEventToken } from '../event-token.ts';
import { formBody } from '../form-body.ts';
import { RECORDED_AT, RECORDED_AUTH, RECORDED_TOKENS } from '../recorded-portal.ts';

export type Expected = {
  /** The status, or several of which any is right. */
  readonly status: number | readonly number[];
  /** The trusted OAuth host is asked once, and nobody else: only its answer exposes a forged installation (B§4.6). */
  readonly asksOauth?: true;
  /** The code that the waiting workflow gets: a designer's typing error is accepted and explained (D§7). */
  readonly explained?: string;
};

/**
 * One hostile request as sent on the wire, about the portal of the recordings. Two ports stand for those of the run that
 * sends it: 47001 for a trap that nobody may call, 47002 for the OAuth server.
 */
export type HostileRequest = {
  readonly name: string;
  /** One line. */
  readonly attacks: string;
  readonly path: string;
  readonly method: string;
  readonly headers: { readonly [name: string]: string };
  /** Bytes only where a text could not hold them. */
  readonly body: string | Uint8Array;
  readonly expect: Expected;
};

export const FORM = 'application/x-www-form-urlencoded';
export const TOKEN = RECORDED_AUTH.application_token ?? '';
export const WRONG_TOKEN = '00000000000000000000000000000000';

type Difference = Partial<Pick<HostileRequest, 'path' | 'method' | 'headers'>>;

/** A form POSTed to /event, unless stated otherwise. */
export function request(
  name: string,
  attacks: string,
  body: HostileRequest['body'],
  expected: number | readonly number[] | Expected,
  { path = '/event', method = 'POST', headers = { 'content-type': FORM } }: Difference = {},
): HostileRequest {
  const expect = typeof expected === 'object' && 'status' in expected ? expected : { status: expected };
  return { name, attacks, path, method, headers, body, expect };
}

/** Values that replace the recorded ones; `undefined` removes one. */
type Fields = { readonly [name: string]: unknown };

const OWN_AUTH: Fields = { ...RECORDED_TOKENS, ...RECORDED_AUTH };
const SECONDS = Math.floor(RECORDED_AT / 1000);

/** What the recorded portal sends when deal 1 changes. */
export const event = (auth: Fields = {}, top: Fields = {}, fields: Fields = { ID: 1 }): string =>
  formBody({
    event: 'ONCRMDEALUPDATE',
    event_handler_id: 207,
    data: { FIELDS: fields },
    ts: SECONDS,
    ...top,
    auth: { ...OWN_AUTH, ...auth },
  });

/** ONAPPINSTALL for the recorded portal, with tokens that were never issued. */
export const install = (auth: Fields = {}, top: Fields = {}): string =>
  formBody({
    event: 'ONAPPINSTALL',
    event_handler_id: 1,
    data: { VERSION: 1, ACTIVE: 'Y', INSTALLED: 'Y', LANGUAGE_ID: 'en' },
    ts: SECONDS,
    ...top,
    auth: { ...OWN_AUTH, refresh_token: 'forged-refresh-token', ...auth },
  });

/** ONAPPUNINSTALL comes without tokens (B§5.2). */
export const uninstall = (auth: Fields = {}, top: Fields = {}): string =>
  formBody({
    event: 'ONAPPUNINSTALL',
    event_handler_id: 2,
    data: { LANGUAGE_ID: 'en', CLEAN: 1 },
    ts: SECONDS,
    ...top,
    auth: { ...RECORDED_AUTH, ...auth },
  });

const WORKFLOW = '6748c1d2a3b4c5.12345679';
const RUN = {
  workflowId: WORKFLOW,
  activityName: 'A51601_82584_96831_81132',
  eventId: 'hsyu3n8vq0c1x5z7w2k4m6p9r1t3b5d9',
};

/** A run of the robot on deal 1, for activity 999. */
export const robot = (top: Fields = {}, auth: Fields = {}): string =>
  formBody({
    workflow_id: WORKFLOW,
    code: 'unbind_activity',
    document_id: ['crm', 'CCrmDocumentDeal', 'DEAL_1'],
    document_type: ['crm', 'CCrmDocumentDeal', 'DEAL'],
    event_token: signEventToken('the key of the recorded portal', RUN),
    properties: { activity_id: ['999'], element: '', activity_types: '', completed_only: 'N' },
    use_subscription: 'Y',
    timeout_duration: 0,
    ts: SECONDS,
    ...top,
    auth: { ...OWN_AUTH, refresh_token: 'recorded-refresh-token-of-user-67', ...auth },
  });
