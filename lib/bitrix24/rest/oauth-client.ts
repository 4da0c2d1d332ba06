import { OAUTH_TIMEOUT_MS } from '../policy.ts';
import { httpPost, type Posted, USER_AGENT } from './http-post.ts';
import { type Fields, fieldsOf, jsonObject } from './read-answer.ts';

/**
 * `code` is the OAuth server's (B§4.3), or ours. `about: 'grant'`: the tokens are not valid; otherwise the application or
 * the portal is refused.
 */
export type Denied = { readonly kind: 'denied'; readonly code: string; readonly about: 'grant' | 'application' };
/** Nobody knows whether the server did what it was asked. */
export type Unanswered = { readonly kind: 'unanswered'; readonly reason: string };

export type Refreshed =
  | {
      readonly kind: 'granted';
      readonly accessToken: string;
      readonly refreshToken: string;
      readonly memberId: string;
      /** The portal's present REST address (B§4.1), unchecked; null when the answer has none. */
      readonly clientEndpoint: string | null;
      readonly userId: number | null;
      readonly scope: readonly string[] | null;
    }
  | Denied
  | Unanswered;

export type AppInfo =
  | {
      readonly kind: 'known';
      readonly clientId: string;
      readonly memberId: string;
      readonly clientEndpoint: string;
      readonly userId: number | null;
      readonly scope: readonly string[];
      /** When the access token expires, ms; null when the answer does not say. */
      readonly expiresAt: number | null;
    }
  | Denied
  | Unanswered;

/**
 * `serverBase` is the server endpoint of a grant or an installation; one that is not allow-listed is denied, unconnected.
 */
export interface OauthClient {
  refresh(
    serverBase: string,
    credentials: { readonly clientId: string; readonly clientSecret: string },
    refreshToken: string,
  ): Promise<Refreshed>;
  /** Tells whose access token it is: the only source that is trusted (B§4.6). */
  appInfo(serverBase: string, accessToken: string): Promise<AppInfo>;
}

export type OauthOptions = {
  /** Base URLs without a slash at the end (B§4.2). */
  readonly hosts: readonly string[];
  readonly timeoutMs?: number;
  readonly userAgent?: string;
};

const HOST_REFUSED: Denied = { kind: 'denied', code: 'OAUTH_HOST_REFUSED', about: 'application' };

/** The configured host whose REST base this is; the address in a request is never called itself. */
export const oauthHostOf = (serverBase: string, hosts: readonly string[]): string | undefined =>
  hosts.find((host) => serverBase === `${host}/rest/` || serverBase === `${host}/rest`);

export function oauthClient({
  hosts,
  timeoutMs = OAUTH_TIMEOUT_MS,
  userAgent = USER_AGENT,
}: OauthOptions): OauthClient {
  // POST with a form body keeps the secret out of the server's URL logs (B§4.1).
  const post = (url: string, fields: { [name: string]: string }): Promise<Posted> => {
    const body = new URLSearchParams(fields).toString();
    return httpPost({ url, contentType: 'application/x-www-form-urlencoded', body, userAgent, timeoutMs });
  };
  const hostOf = (serverBase: string): string | undefined => oauthHostOf(serverBase, hosts);

  return {
    async refresh(serverBase, { clientId, clientSecret }, refreshToken) {
      const host = hostOf(serverBase);
      if (host === undefined) return HOST_REFUSED;

      const posted = await post(`${host}/oauth/token/`, {
        grant_type: 'refresh_token',
        client_id: clientId,
        client_secret: clientSecret,
        refresh_token: refreshToken,
      });
      return answerOf(posted, grantedIn);
    },

    async appInfo(serverBase, accessToken) {
      const host = hostOf(serverBase);
      if (host === undefined) return HOST_REFUSED;

      const posted = await post(`${host}/rest/app.info`, { auth: accessToken });
      return answerOf(posted, (body) => infoIn(fieldsOf(body.result) ?? body));
    },
  };
}

/** The code decides, not the status: `wrong_client` comes with 200 (B§4.3). What has no code is no verdict, a 404 included. */
function answerOf<T>(posted: Posted, read: (body: Fields) => T | null): T | Denied | Unanswered {
  if (posted.kind !== 'response') return { kind: 'unanswered', reason: posted.reason };

  const { status, text } = posted;
  const body = jsonObject(text);
  const code = body?.error;
  const overloaded = status === 408 || status === 429 || status >= 500;
  if (typeof code === 'string' && code !== '' && (!overloaded || DEAD_GRANT.has(code.toLowerCase())))
    return denied(code);

  const good = body !== null && status === 200 && code === undefined ? read(body) : null;
  return good ?? { kind: 'unanswered', reason: `unreadable answer with status ${status}` };
}

const DEAD_GRANT = new Set(['invalid_grant', 'bad_verification_code', 'expired_token', 'invalid_token']);

const denied = (code: string): Denied => ({
  kind: 'denied',
  code: /^[\w.-]{1,64}$/.test(code) ? code : 'UNKNOWN_CODE',
  about: DEAD_GRANT.has(code.toLowerCase()) ? 'grant' : 'application',
});

function grantedIn(body: Fields): Extract<Refreshed, { kind: 'granted' }> | null {
  const accessToken = textIn(body, 'access_token');
  const refreshToken = textIn(body, 'refresh_token');
  const memberId = textIn(body, 'member_id');
  if (accessToken === null || refreshToken === null || memberId === null) return null;
  return {
    kind: 'granted',
    accessToken,
    refreshToken,
    memberId,
    clientEndpoint: textIn(body, 'client_endpoint'),
    userId: userIdIn(body),
    scope: 'scope' in body ? scopeOf(body.scope) : null,
  };
}

function infoIn(body: Fields): Extract<AppInfo, { kind: 'known' }> | null {
  const install = fieldsOf(body.install) ?? {};
  const clientId = textIn(body, 'client_id');
  const memberId = textIn(install, 'member_id');
  const clientEndpoint = textIn(install, 'client_endpoint');
  if (clientId === null || memberId === null || clientEndpoint === null) return null;
  const expires = Date.parse(textIn(body, 'expires') ?? '');
  return {
    kind: 'known',
    clientId,
    memberId,
    clientEndpoint,
    userId: userIdIn(body),
    scope: scopeOf(body.scope),
    expiresAt: Number.isNaN(expires) ? null : expires,
  };
}

function textIn(body: Fields, name: string): string | null {
  const value = body[name];
  return typeof value === 'string' && value !== '' ? value : null;
}

function userIdIn(body: Fields): number | null {
  const id = Number(body.user_id);
  return Number.isSafeInteger(id) && id > 0 ? id : null;
}

/** Separated by commas on most pages, by spaces on one (B§10). */
function scopeOf(value: unknown): readonly string[] {
  const parts: readonly unknown[] =
    typeof value === 'string' ? value.split(/[\s,]+/) : Array.isArray(value) ? value : [];
  return parts.filter((part) => typeof part === 'string' && part !== '').map(String);
}
