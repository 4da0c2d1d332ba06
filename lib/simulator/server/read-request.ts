import type { IncomingMessage } from 'node:http';
import type { Params } from '../method.ts';
import { parsePhpQuery, phpParams } from './php-params.ts';

/** A request as PHP sees it: the query merged with the body, whose keys win (B§1.1). */
export type ReadRequest = {
  readonly verb: string;
  readonly path: string;
  /** With the leading `?`, or empty. */
  readonly search: string;
  readonly params: Params;
  readonly bearer: string | null;
  readonly userAgent: string | null;
};

export async function readRequest(request: IncomingMessage): Promise<ReadRequest> {
  const target = request.url ?? '/';
  const cut = target.indexOf('?');
  const path = cut === -1 ? target : target.slice(0, cut);
  const search = cut === -1 ? '' : target.slice(cut);
  const verb = request.method ?? 'GET';

  const body = await readBody(request);
  const posted = verb === 'POST' ? await parseBody(body, request.headers['content-type'] ?? '') : {};
  const bearer = /^Bearer\s+(.*)$/i.exec(request.headers.authorization ?? '')?.[1] ?? null;
  const params = { ...parsePhpQuery(search.slice(1)), ...posted };
  return { verb, path, search, params, bearer, userAgent: request.headers['user-agent'] ?? null };
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** Any type that is neither JSON nor multipart is read as a form, as the server's source does. */
async function parseBody(body: Buffer, contentType: string): Promise<Params> {
  const type = contentType.replace(/;.*$/s, '').trim();
  if (type === 'application/json') return parseJson(body.toString('utf8'));
  if (type === 'multipart/form-data') return parseMultipart(body, contentType);
  return parsePhpQuery(body.toString('utf8').trim());
}

/** Broken JSON is silently no parameters at all (B§1.1). */
function parseJson(text: string): Params {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

async function parseMultipart(body: Buffer, contentType: string): Promise<Params> {
  try {
    const form = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData();
    return phpParams([...form].map(([name, value]) => [name, typeof value === 'string' ? value : value.name]));
  } catch {
    return {};
  }
}
