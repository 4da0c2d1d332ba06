import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import dynalite from 'dynalite';
import { type Listening, listenOnLoopback } from './listen-on-loopback.ts';

/** DynamoDB on loopback (dynalite), kept in a LevelDB folder, or in memory without one. Tables appear at once. */
export function startDynamodb(folder?: string): Promise<Listening> {
  const storage = folder === undefined ? {} : { path: folder };
  const server = dynalite({ ...storage, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  surviveBrokenRequests(server);
  return listenOnLoopback(server);
}

/** dynalite throws on a request's `error` event: a client that is killed in the middle of a request would end this process too. */
function surviveBrokenRequests(server: Server): void {
  const handlers = server.listeners('request');
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    for (const handler of handlers) handler.call(server, request, response);
    request.removeAllListeners('error');
    request.on('error', () => response.destroy());
  });
}
