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
  /** What happens to the request with this body. */
  readonly fate?: (body: string) => Disturbance | undefined;
};

/** A server on loopback that hands every request on to `target`, unless it meets another fate. */
export async function forward(
  target: string,
  { headersOf = (headers) => headers, fate = () => undefined }: ForwardOptions,
): Promise<Listening> {
  const agent = new Agent({ keepAlive: true });

  async function serve(from: IncomingMessage, to: ServerResponse): Promise<void> {
    const body = await buffer(from);
    const fault = fate(body.toString('utf8'));
    if (fault?.kind === 'error') {
      to.writeHead(fault.status, { 'content-type': 'application/x-amz-json-1.1' });
      to.end(JSON.stringify({ __type: fault.code, message: 'Disturbed on demand.' }));
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
