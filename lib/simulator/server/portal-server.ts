import type { IncomingMessage, ServerResponse } from 'node:http';
import { startOauthServer } from '../oauth-server.ts';
import type { PortalBackend } from '../portal-backend.ts';
import { callTargetOf } from './call-target.ts';
import { control } from './control.ts';
import { jsonAnswer } from './envelope.ts';
import type { Answer } from './exchange.ts';
import { htmlAnswer } from './exchange.ts';
import type { Listener } from './listen.ts';
import { listen } from './listen.ts';
import { createOperatingTime } from './operating-time.ts';
import type { Portal, PortalOptions, PortalServer } from './portal.ts';
import { createPortal } from './portal.ts';
import { createRateLimit } from './rate-limit.ts';
import type { ReadRequest } from './read-request.ts';
import { readRequest } from './read-request.ts';
import { serveRest } from './serve-rest.ts';

export type PortalServerOptions = PortalOptions & {
  port?: number;
  createBackend(backendContext: Portal['backendContext']): PortalBackend;
};

export async function startPortalServer(options: PortalServerOptions): Promise<PortalServer> {
  const oauth = options.oauth ?? (await startOauthServer(options.clock ? { clock: options.clock } : {}));
  const portal = createPortal(options, oauth);
  const backend = options.createBackend(portal.backendContext);
  const listeners: Listener[] = [];
  const serve = requestHandler(portal, backend, () => server);

  const open = async (port: number): Promise<string> => {
    const listener: Listener = await listen((request, response) => serve(request, response, listener.url), port);
    listeners.push(listener);
    portal.addresses.push(listener.url);
    return listener.url;
  };

  // Assigned, not spread: the application token is a getter.
  const server: PortalServer = Object.assign(portal, {
    url: await open(options.port ?? 0),
    async rename() {
      const url = await open(0);
      portal.settings.movedTo = url;
      return url;
    },
    state: () => backend.state(),
    seed: (seed: unknown) => backend.seed(seed),
    act: (what: unknown) => backend.act(what),
    async close() {
      await Promise.all(listeners.map((listener) => listener.close()));
      await backend.close();
      if (!options.oauth) await oauth.close();
    },
  });
  return server;
}

type Serve = (request: IncomingMessage, response: ServerResponse, address: string) => Promise<void>;

function requestHandler(portal: Portal, backend: PortalBackend, controlled: () => PortalServer): Serve {
  const { settings, clock, ledger, faults } = portal;
  const operating = createOperatingTime(settings, clock);
  const admits = createRateLimit(settings, clock);
  const source = { ...portal.source, isAdmin: (userId: number) => backend.isAdmin(userId) };

  return async (request, response, address) => {
    const read = await readRequest(request);
    if (read.path.startsWith('/control/')) {
      const { status, value } = await control(controlled(), read.verb, read.path, read.params);
      respond(response, jsonAnswer(status, value));
      return;
    }
    const moved = movedAnswer(settings.movedTo, address, read);
    const target = callTargetOf(read.path);
    if (moved || !target) {
      respond(response, moved ?? NOT_FOUND);
      return;
    }
    const runtime = { methods: backend.methods, settings, clock, operating };
    await serveRest({ runtime, source, faults, ledger, admits }, target, read, request, response);
  };
}

const NOT_FOUND = htmlAnswer(404, '<html><body>Not found</body></html>');

/** A renamed portal's old address sends everything to the new one (B§1.5). */
function movedAnswer(movedTo: string | null, address: string, { path, search }: ReadRequest): Answer | null {
  if (movedTo === null || movedTo === address) return null;
  return { status: 302, headers: { location: `${movedTo}${path}${search}` }, body: '', errorCode: null };
}

const respond = (response: ServerResponse, { status, headers, body }: Answer): void => {
  response.writeHead(status, headers).end(body);
};
