import {
  Agent,
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http';
import { buffer } from 'node:stream/consumers';
import { systemClock } from '../../../lib/clock.ts';
import { type Listening, listenOnLoopback } from '../../../lib/local/listen-on-loopback.ts';
import type { Disturbance } from '../../../lib/local/secrets-manager/secrets-manager-server.ts';

export type ForwardOptions = {
  /** Makes the headers of a request from its own. */
  readonly headersOf?: (headers: IncomingHttpHeaders) => IncomingHttpHeaders;
  /** What happens to the request with this body. `answer`: this is the answer, and the target is not asked. */
  readonly fate?: (body: string) => Disturbance | { readonly kind: 'answer'; readonly body: string } | undefined;
};

type Fate = ReturnType<NonNullable<ForwardOptions['fate']>>;

function replyOf(fate: Fate): { readonly status: number; readonly body: string } | null {
  if (fate?.kind === 'answer') return { status: 200, body: fate.body };
  if (fate?.kind !== 'error') return null;
  return { status: fate.status, body: JSON.stringify({ __type: fate.code, message: 'Disturbed on demand.' }) };
}

/** A server on loopback that hands every request on to `target`, unless it meets another fate. */
export async function forward(
  target: string,
  { headersOf = (headers) => headers, fate = () => undefined }: ForwardOptions,
): Promise<Listening> {
  const agent = new Agent({ keepAlive: true });

  async function serve(from: IncomingMessage, to: ServerResponse): Promise<void> {
    const body = await buffer(from);
    const fault = fate(body.toString('utf8'));
    const reply = replyOf(fault);
    if (reply !== null) {
      to.writeHead(reply.status, { 'content-type': 'application/x-amz-json-1.1' }).end(reply.body);
      return;
    }
    if (fault?.kind === 'slow') await systemClock.sleep(fault.ms);
    const answer = await ask(from, body);
    const content = await buffer(answer);
    if (fault?.kind === 'lost') from.socket.destroy();
    else to.writeHead(answer.statusCode ?? 500, answer.headers).end(content);
  }

  function ask({ method, url, headers }: IncomingMessage, body: Buffer): Promise<IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const outgoing = { ...headersOf(headers), host: new URL(target).host, connection: 'keep-alive' };
    const options = { method, headers: outgoing, agent };
    request(new URL(url ?? '/', target), options, resolve)
      .on('error', reject)
      .end(body);
    return promise;
  }

  const server = createServer((from, to) => {
    serve(from, to).catch(() => from.socket.destroy());
  });
  const { url, close } = await listenOnLoopback(server);
  return {
    url,
    async close() {
      await close();
      agent.destroy();
    },
  };
}
