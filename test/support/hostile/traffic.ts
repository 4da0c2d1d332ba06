import diagnostics from 'node:diagnostics_channel';
import dns from 'node:dns';
import { Socket } from 'node:net';

/** What this process, which runs the whole product, sends to others. */
export type Traffic = {
  /** `host:port` of every TCP connection that was started, including those that failed. */
  readonly connections: string[];
  /** Host names that were looked up; addresses need no look-up. */
  readonly lookups: string[];
  /** AWS calls, such as `AmazonSQS.SendMessage`. */
  readonly awsCalls: string[];
  reset(): void;
  stop(): void;
};

/** Watches Node's own functions, so that no library's client can bypass it. */
export function watchTraffic(): Traffic {
  const connections: string[] = [];
  const lookups: string[] = [];
  const awsCalls: string[] = [];
  const restore = [watchSockets(connections), watchDns(lookups), watchHttp(awsCalls)];
  return {
    connections,
    lookups,
    awsCalls,
    reset() {
      for (const list of [connections, lookups, awsCalls]) list.length = 0;
    },
    stop() {
      for (const undo of restore) undo();
    },
  };
}

function watchSockets(connections: string[]): () => void {
  const connect: unknown = Reflect.get(Socket.prototype, 'connect');
  if (typeof connect !== 'function') throw new Error('sockets cannot connect');
  Reflect.set(Socket.prototype, 'connect', function (this: Socket, ...given: readonly unknown[]): unknown {
    connections.push(targetOf(given));
    return Reflect.apply(connect, this, given);
  });
  return () => void Reflect.set(Socket.prototype, 'connect', connect);
}

/** net.connect passes a list with the options first; other callers pass options, or a port and a host. */
function targetOf([first, second]: readonly unknown[]): string {
  const options: unknown = Array.isArray(first) ? first[0] : first;
  const given = typeof options === 'object' && options !== null ? options : { port: first, host: second };
  const { host = 'localhost', port, path } = given as { host?: string; port?: number; path?: string };
  return port === undefined ? `${path}` : `${host}:${port}`;
}

const LOOK_UPS = ['lookup', 'resolve', 'resolve4', 'resolve6', 'resolveAny'] as const;

function watchDns(lookups: string[]): () => void {
  const targets = [dns, dns.promises].flatMap((module) => LOOK_UPS.map((name) => ({ module, name })));
  const undo = targets.map(({ module, name }) => {
    const original: unknown = Reflect.get(module, name);
    if (typeof original !== 'function') throw new Error(`node:dns has no ${name}`);
    const watched = (...given: unknown[]): unknown => {
      lookups.push(String(given[0]));
      return Reflect.apply(original, module, given);
    };
    Reflect.set(module, name, watched);
    return () => void Reflect.set(module, name, original);
  });
  return () => {
    for (const restore of undo) restore();
  };
}

/** The AWS SDK uses Node's own client, which reports every request. */
function watchHttp(awsCalls: string[]): () => void {
  const note = (message: unknown): void => {
    const { request } = message as { request: { getHeader(name: string): unknown } };
    const target = request.getHeader('x-amz-target');
    if (typeof target === 'string') awsCalls.push(target);
  };
  diagnostics.subscribe('http.client.request.start', note);
  return () => void diagnostics.unsubscribe('http.client.request.start', note);
}
