import { LONGEST_DESCRIPTION } from '../policy.ts';
import type { RestAnswer, RestTime } from './rest-call.ts';

const NO_TIME: RestTime = { operating: null, operatingResetAt: null };
/** What a code looks like (B§8.4). Codes are stored and logged, so a free text in that place must not pass for one. */
const CODE = /^[\w.:-]{0,64}$/;
const UNREADABLE_CODE = 'UNREADABLE_CODE';

/** A parsed JSON object. */
export type Fields = { readonly [name: string]: unknown };

/** A response as it came. `url`: what was called; `location`: where a redirect leads; `begunBy`: as in `RestAnswer`, ms. */
export type Response = {
  readonly status: number;
  readonly text: string;
  readonly url: string;
  readonly location: string | null;
  readonly begunBy: number;
};

/**
 * What a response of the portal means (B§1.2, B§1.3, B§8.4). The `error` key decides first, whatever the status. A response
 * that Bitrix24 itself did not write says nothing about what was asked (B§1.3), whatever its status.
 */
export function readAnswer({ status, text, url, location, begunBy }: Response): RestAnswer {
  // Redirects are not followed (D§5).
  if (status >= 300 && status < 400) {
    const code = leadsToAnotherHost(url, location) ? 'PORTAL_MOVED' : 'REST_UNAVAILABLE';
    return { kind: 'error', code, description: '', status };
  }

  const body = jsonObject(text);
  if (body !== null) {
    const error = errorOf(body, status);
    if (error !== null) return error;
    if ('result' in body && status < 300) return resultOf(body);
  }
  // 429 and 503 come from the front end, before PHP was asked (B§8.1).
  if (status === 429 || status === 503) return { kind: 'unsent', reason: `status ${status}`, status };
  const reason = text.trim() === '' ? 'empty answer' : 'unreadable answer';
  return { kind: 'unanswered', reason, status, begunBy };
}

/** A renamed portal leads to its new name; to a page of its own, a portal that is locked or wants a login (B§1.5). */
function leadsToAnotherHost(url: string, location: string | null): boolean {
  const target = location === null ? null : URL.parse(location, url);
  return target !== null && target.host !== URL.parse(url)?.host;
}

/** Some servers put a byte order mark before the JSON (B§1.2). */
export function jsonObject(text: string): Fields | null {
  try {
    return fieldsOf(JSON.parse(text.replace(/^\uFEFF/, '')));
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
