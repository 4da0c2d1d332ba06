import { once } from 'node:events';
import type { Server } from 'node:http';

export type Listening = {
  /** Without a slash at the end. */
  readonly url: string;
  /** Ends open connections too: clients keep theirs alive for further requests. */
  readonly close: () => Promise<void>;
};

/** Listens on this machine only; port 0 is any free one. */
export async function listenOnLoopback(server: Server, port = 0): Promise<Listening> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${portOf(server)}`, close: () => closeServer(server) };
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server does not listen on a port');
  return address.port;
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeAllConnections();
  await closed;
}
