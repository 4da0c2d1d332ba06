import { mkdirSync } from 'node:fs';
import { Server } from 'node:net';
import { startFauxqs } from 'fauxqs';
import type { Listening } from './listen-on-loopback.ts';

/** SQS on loopback (fauxqs), kept in an SQLite file in `folder`. */
export async function startSqs(folder: string): Promise<Listening> {
  mkdirSync(folder, { recursive: true });
  const server = await onLoopback(() => startFauxqs({ port: 0, logger: false, dataDir: folder }));
  return { url: `http://127.0.0.1:${server.port}`, close: () => server.stop() };
}

/**
 * fauxqs 2.4.1 listens on every network interface and has no option to change that. While it starts, servers that ask for all
 * interfaces get the loopback one; a test makes sure that this still works.
 */
async function onLoopback<T>(start: () => Promise<T>): Promise<T> {
  const listen: typeof Server.prototype.listen = Reflect.get(Server.prototype, 'listen');
  Server.prototype.listen = function (this: Server, ...given: unknown[]) {
    const [options, ...rest] = given;
    const narrowed = isForAllInterfaces(options) ? { ...options, host: '127.0.0.1' } : options;
    return Reflect.apply(listen, this, [narrowed, ...rest]) as Server;
  };
  try {
    return await start();
  } finally {
    Server.prototype.listen = listen;
  }
}

const isForAllInterfaces = (options: unknown): options is { host: string } =>
  typeof options === 'object' && options !== null && 'host' in options && options.host === '0.0.0.0';
