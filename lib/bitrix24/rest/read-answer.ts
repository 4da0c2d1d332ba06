import { LONGEST_DESCRIPTION } from '../policy.ts';
import type { RestAnswer, RestTime } from './rest-call.ts';

const NO_TIME: RestTime = { operating: null, operatingResetAt: null };
/** What a code looks like (B§8.4). Codes are stored and logged, so a free text in that place must not pass for one. */
const CODE = /^[\w.:-]{0,64}$/;
const UNREADABLE_CODE = 'UNREADABLE_CODE';

/** A parsed JSON object. */
export type Fields = { readonly [name: string]: unknown };

/**
 * What a response of the portal means (B§1.2, B§1.3, B§8.4). The `error` key decides first, whatever the status. Of a
 * response that Bitrix24 itself did not write, the status tells whether something may have been carried out. `sentAt` in
 * ms.
 */
export function readAnswer(status: number, text: string, sentAt: number): RestAnswer {
  // The portal was renamed (B§1.5). Redirects are not followed (D§5).
  if (status >= 300 && status < 400) return { kind: 'error', code: 'PORTAL_MOVED', description: '', status };

  const body = jsonObject(text);
  if (body !== null) {
    const error = errorOf(body, status);
    if (error !== null) return error;
    if ('result' in body && status < 300) return resultOf(body);
  }
  if (isUncertain(status)) {
    const reason = text.trim() === '' ? 'empty answer' : 'unreadable answer';
    return { kind: 'unanswered', reason, status, sentAt };
  }
  return { kind: 'error', code: '', description: '', status };
}

/**
 * 429 and 503 come from the front end, before PHP was asked (B§8.1). The other 5xx, and 408, come from a gateway that may
 * have given up waiting while PHP goes on.
 */
const isUncertain = (status: number): boolean => status < 300 || status === 408 || (status >= 500 && status !== 503);

export function jsonObject(text: string): Fields | null {
  try {
    return fieldsOf(JSON.parse(text));
  } catch {
    return null;
  }
}

export const fieldsOf = (value: unknown): Fields | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;

/** The error envelope of a request, or of one command of a batch (`status` null); null when there is none. */
export function errorOf(body: Fields, status: number | null): Extract<RestAnswer, { kind: 'error' }> | null {
  const { error, error_description: description } = body;
  // In REST v3 an error is an object (B§1.4); a code can be a number (B§1.3).
  const code = fieldsOf(error)?.code ?? error;
  if (typeof code !== 'string' && typeof code !== 'number') return null;
  return {
    kind: 'error',
    code: CODE.test(String(code)) ? String(code) : UNREADABLE_CODE,
    description: typeof description === 'string' ? description.slice(0, LONGEST_DESCRIPTION) : '',
    status,
  };
}

function resultOf(body: Fields): RestAnswer {
  return {
    kind: 'result',
    result: body.result,
    next: countOf(body.next),
    total: countOf(body.total),
    time: timeOf(body.time),
  };
}

export const countOf = (value: unknown): number | null => (Number.isSafeInteger(value) ? Number(value) : null);

/** Either field may be missing, and in one documented sample the reset is an ISO text (B§1.2). */
export function timeOf(value: unknown): RestTime {
  const time = fieldsOf(value);
  if (time === null) return NO_TIME;

  const seconds = numberOf(time.operating_reset_at);
  const parsed = typeof time.operating_reset_at === 'string' ? Date.parse(time.operating_reset_at) : Number.NaN;
  const fromText = Number.isNaN(parsed) ? null : parsed;
  return {
    operating: numberOf(time.operating),
    operatingResetAt: seconds === null ? fromText : seconds * 1000,
  };
}

function numberOf(value: unknown): number | null {
  const number = typeof value === 'string' && /^\d+(\.\d+)?$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}
