import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { APIGatewayProxyEventV2, APIGatewayProxyResultV2 } from 'aws-lambda';
import { type Failure, isFailure } from './invoker.ts';

/** API Gateway's own limit for a payload; what the functions accept is much less (D§5). */
const MOST_BYTES = 10 * 1024 * 1024;

/** Invokes the function of a route; null when no route matches the method and path. */
export type Route = (method: string, path: string) => Invocation | null;

type Invocation = (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyResultV2 | Failure>;

/** Answers one request like an API Gateway HTTP API (payload format 2.0) in front of Lambda functions. */
export async function answerRequest(
  route: Route,
  now: number,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const invoke = route(request.method ?? 'GET', url.pathname);
  const body = await bodyOf(request);

  if (invoke === null) return answerMessage(response, 404, 'Not Found');
  if (body === 'too large') return answerMessage(response, 413, 'Request Entity Too Large');

  const result = await invoke(eventOf(request, url, body, new Date(now)));
  if (isFailure(result)) return answerMessage(response, 500, 'Internal Server Error');
  answerResult(response, result);
}

async function bodyOf(request: IncomingMessage): Promise<Buffer | 'too large'> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= MOST_BYTES) chunks.push(chunk);
  }
  return size > MOST_BYTES ? 'too large' : Buffer.concat(chunks);
}

function eventOf(request: IncomingMessage, url: URL, body: Buffer, now: Date): APIGatewayProxyEventV2 {
  const routeKey = `${request.method} ${url.pathname}`;
  const headers = headersOf(request);
  return {
    version: '2.0',
    routeKey,
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    headers,
    ...(url.search.length > 1 ? { queryStringParameters: Object.fromEntries(url.searchParams) } : {}),
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      domainName: 'localhost',
      domainPrefix: 'local',
      http: {
        method: request.method ?? 'GET',
        path: url.pathname,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? '',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey,
      stage: '$default',
      time: now.toUTCString(),
      timeEpoch: now.getTime(),
    },
    ...bodyFields(body, headers['content-type'] ?? ''),
  };
}

/** Only texts are passed as they are; a form, for example, is passed in base64. */
function bodyFields(body: Buffer, contentType: string) {
  if (body.length === 0) return { isBase64Encoded: false };
  const isText = /^(text\/|application\/(json|javascript|xml)\b)/i.test(contentType);
  return { isBase64Encoded: !isText, body: body.toString(isText ? 'utf8' : 'base64') };
}

/** Names in lower case; several values of one name are joined. */
function headersOf({ headersDistinct }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(headersDistinct).map(([name, values = []]) => [name, values.join(',')]));
}

/** A result without a status code is itself the body of the answer. */
function answerResult(response: ServerResponse, result: APIGatewayProxyResultV2): void {
  if (typeof result === 'string' || result.statusCode === undefined) {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(typeof result === 'string' ? result : JSON.stringify(result));
    return;
  }
  const { statusCode, headers = {}, body = '', isBase64Encoded = false } = result;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, String(value));
  response.writeHead(statusCode).end(Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'));
}

function answerMessage(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ message }));
}
