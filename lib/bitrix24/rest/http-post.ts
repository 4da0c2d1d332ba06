import got, { RequestError } from 'got';

export type Post = {
  readonly url: string;
  readonly contentType: string;
  readonly body: string;
  readonly userAgent: string;
  /** For the whole request, from the look-up of the name to the last byte. */
  readonly timeoutMs: number;
};

/**
 * What came of it. `unsent`: the request certainly did not reach the other side. `lost`: nobody knows.
 * `reason` is made of our own words and system error codes; it never holds a part of the request.
 */
export type Posted =
  | { readonly kind: 'response'; readonly status: number; readonly text: string }
  | { readonly kind: 'unsent'; readonly reason: string }
  | { readonly kind: 'lost'; readonly reason: string; readonly status: number | null };

/**
 * The longest answer read. A batch of 50 lists of 50 activities with the fields we select is 0.6 MB; 4 MiB leave room for
 * long values without letting an answer fill the memory.
 */
const MOST_BYTES = 4 * 1024 * 1024;
const CONNECT_MS = 10_000;

/**
 * One POST, no retry, no redirect. The only place that knows got: its errors carry the request, tokens included, and end
 * here. Connections are not kept: a frozen sandbox would find them dead, and a request on a dead connection counts as lost.
 */
export async function httpPost({ url, contentType, body, userAgent, timeoutMs }: Post): Promise<Posted> {
  const stream = got.stream.post(url, {
    body,
    headers: { 'content-type': contentType, accept: 'application/json', 'user-agent': userAgent, connection: 'close' },
    retry: { limit: 0 },
    followRedirect: false,
    throwHttpErrors: false,
    timeout: { request: timeoutMs, lookup: CONNECT_MS, connect: CONNECT_MS, secureConnect: CONNECT_MS },
  });
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of stream) {
      const bytes: Buffer = chunk;
      chunks.push(bytes);
      size += bytes.length;
      if (size > MOST_BYTES)
        return { kind: 'lost', reason: 'answer too large', status: stream.response?.statusCode ?? null };
    }
  } catch (error) {
    return failureOf(error, url, stream.response?.statusCode ?? null);
  }
  const status = stream.response?.statusCode;
  if (status === undefined) return { kind: 'lost', reason: 'no answer', status: null };
  return { kind: 'response', status, text: Buffer.concat(chunks).toString('utf8') };
}

/** Nothing is written before the connection, and with https the encryption, stands: until then a failure is `unsent`. */
function failureOf(error: unknown, url: string, status: number | null): Posted {
  if (!(error instanceof RequestError)) return { kind: 'lost', reason: 'unknown failure', status };

  const reason = /^[A-Z0-9_]{1,64}$/.test(error.code) ? error.code : 'unknown failure';
  const ready = url.startsWith('https:') ? error.timings?.secureConnect : error.timings?.connect;
  return ready === undefined ? { kind: 'unsent', reason } : { kind: 'lost', reason, status };
}
