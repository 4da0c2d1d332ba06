import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server on loopback; `url` has no trailing slash. */
export type Listener = { readonly url: string; readonly close: () => Promise<void> };

type Handle = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export async function listen(handle: Handle, port: number): Promise<Listener> {
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      // A client may disconnect while it is sending; anything else is a bug in the simulator.
      if (!request.destroyed || request.complete) console.error('simulated portal: a request failed', error);
      response.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: bound } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${bound}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        // Calls that hang because of a fault would keep it open for ever.
        server.closeAllConnections();
      }),
  };
}
