import type { ClientRequest } from 'node:http';
import got, { RequestError } from 'got';
import { CONNECT_TIMEOUT_MS, MOST_ANSWER_BYTES } from '../policy.ts';

/** A real name and version: anonymous agents can be mishandled on the way (B§1.1). */
export const USER_AGENT = 'bitrix24-activity-unbind/0.1';

export type Post = {
  readonly url: string;
  readonly contentType: string;
  readonly body: string;
  readonly userAgent: string;
  /** For the whole request, from looking up the name to the last byte. */
  readonly timeoutMs: number;
  /** Called when the whole request has left: only from then on may the other side work on it. */
  readonly onSent?: () => void;
};

/**
 * How it went. `unsent`: the request certainly did not reach the other side. `lost`: nobody knows whether it did. `reason`
 * is made of our own words and system error codes; it never holds any part of the request.
 */
export type Posted =
  | { readonly kind: 'response'; readonly status: number; readonly text: string; readonly location: string | null }
  | { readonly kind: 'unsent'; readonly reason: string }
  | { readonly kind: 'lost'; readonly reason: string; readonly status: number | null };

/**
 * One POST without retries and redirects. Nothing else knows got: its errors carry the request, tokens included, and go no
 * further than here. Connections are not kept alive: a sandbox that was frozen would find them dead, and a request on a
 * dead connection counts as lost.
 */
export async function httpPost({ url, contentType, body, userAgent, timeoutMs, onSent }: Post): Promise<Posted> {
  const stream = got.stream.post(url, {
    body,
    headers: { 'content-type': contentType, accept: 'application/json', 'user-agent': userAgent, connection: 'close' },
    retry: { limit: 0 },
    followRedirect: false,
    throwHttpErrors: false,
    timeout: {
      request: timeoutMs,
      lookup: CONNECT_TIMEOUT_MS,
      connect: CONNECT_TIMEOUT_MS,
      secureConnect: CONNECT_TIMEOUT_MS,
    },
  });
  if (onSent !== undefined) stream.once('request', (request: ClientRequest) => void request.once('finish', onSent));
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of stream) {
      const bytes: Buffer = chunk;
      chunks.push(bytes);
      size += bytes.length;
      if (size > MOST_ANSWER_BYTES)
        return { kind: 'lost', reason: 'answer too large', status: stream.response?.statusCode ?? null };
    }
  } catch (error) {
    return failureOf(error, url, stream.response?.statusCode ?? null);
  }
  const status = stream.response?.statusCode;
  if (status === undefined) return { kind: 'lost', reason: 'no answer', status: null };
  const location = stream.response?.headers.location ?? null;
  return { kind: 'response', status, text: Buffer.concat(chunks).toString('utf8'), location };
}

/** Nothing is written before the connection is up, encryption included: a failure until then is `unsent`. */
function failureOf(error: unknown, url: string, status: number | null): Posted {
  if (!(error instanceof RequestError)) return { kind: 'lost', reason: 'unknown failure', status };

  const reason = /^[A-Z0-9_]{1,64}$/.test(error.code) ? error.code : 'unknown failure';
  const ready = url.startsWith('https:') ? error.timings?.secureConnect : error.timings?.connect;
  return ready === undefined ? { kind: 'unsent', reason } : { kind: 'lost', reason, status };
}
