import { globSync, readFileSync } from 'node:fs';
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { Expected } from '../../../lib/simulator/outbound/hostile/request.ts';

/** One request of `events/hostile/`. */
export type HostileFile = {
  readonly name: string;
  readonly attacks: string;
  readonly path: string;
  readonly method: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: Buffer;
  readonly expect: Expected;
};

/** The ports of this run that replace those in the files: the trap's and the OAuth server's. */
export type Ports = { readonly trap: number; readonly oauth: number };

const folder = new URL('../../../events/hostile/', import.meta.url).pathname;

export function hostileFiles(ports: Ports): HostileFile[] {
  return globSync('*.jsonl', { cwd: folder })
    .flatMap((file) => readFileSync(`${folder}${file}`, 'utf8').trimEnd().split('\n'))
    .map((line) => {
      const { body = '', bodyBase64, ...rest } = JSON.parse(line);
      const bytes = bodyBase64 === undefined ? Buffer.from(body) : Buffer.from(bodyBase64, 'base64');
      return { ...rest, body: withPorts(bytes, ports) };
    })
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** All ports have five digits, so no byte of a body moves. */
function withPorts(body: Buffer, { trap, oauth }: Ports): Buffer {
  const text = body.toString('latin1');
  return Buffer.from(text.replaceAll('47001', String(trap)).replaceAll('47002', String(oauth)), 'latin1');
}

export type Answer = { readonly status: number; readonly text: string; readonly ms: number };

/** Sends the request byte for byte: fetch would refuse or repair half of them. */
export async function sendRaw(base: string, file: HostileFile, agent: Agent): Promise<Answer> {
  const { hostname, port } = new URL(base);
  const { path, method, headers, body } = file;
  const started = performance.now();
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const sent = httpRequest({
      agent,
      hostname,
      port,
      path,
      method,
      headers: { ...headers, 'content-length': body.length },
    });
    sent.once('response', resolve).once('error', reject).end(body);
  });
  const text = (await buffer(response)).toString('utf8');
  return { status: response.statusCode ?? 0, text, ms: performance.now() - started };
}

/** One connection that is kept open. */
export const oneConnection = (): Agent => new Agent({ keepAlive: true, maxSockets: 1 });
