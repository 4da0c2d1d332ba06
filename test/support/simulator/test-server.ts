import type { Methods } from '../../../lib/simulator/method.ts';
import { MethodError, Page } from '../../../lib/simulator/method.ts';
import type { BackendContext, PortalBackend } from '../../../lib/simulator/portal-backend.ts';
import { createPortalClock } from '../../../lib/simulator/portal-clock.ts';
import type { PortalServer } from '../../../lib/simulator/server/portal.ts';
import { type PortalServerOptions, startPortalServer } from '../../../lib/simulator/server/portal-server.ts';

export const NOON = Date.UTC(2026, 7, 20, 12, 0, 0);

/** A portal's server with a few methods of its own, and a clock that stands still until it is advanced. */
export function startTestServer(options: Omit<PortalServerOptions, 'createBackend'> = {}): Promise<PortalServer> {
  const clock = options.oauth?.clock ?? createPortalClock(() => NOON);
  return startPortalServer({ clock, ...options, createBackend: tinyBackend });
}

function tinyBackend(context: BackendContext): PortalBackend {
  let content: unknown = {};
  return {
    methods: tinyMethods(context),
    isAdmin: (userId) => userId === 1,
    state: () => content,
    seed(seed) {
      content = seed;
    },
    act: (what) => ({ acted: what }),
    close: async () => {},
  };
}

function tinyMethods({ applied }: BackendContext): Methods {
  return {
    'crm.echo': {
      scope: 'crm',
      run: (params, caller) => ({ params, caller: { ...caller, scope: [...caller.scope] } }),
    },
    'crm.change': {
      scope: 'crm',
      run({ id }) {
        applied({ kind: 'other', data: { id } });
        return true;
      },
    },
    'crm.value': { scope: 'crm', run: ({ value }) => value },
    'crm.list': { scope: 'crm', run: () => new Page([{ ID: '7', NAME: 'a b' }, { ID: '8' }], 52, 50) },
    'crm.refuse': {
      scope: 'crm',
      run() {
        throw new MethodError('ERROR_ARGUMENT', 'Wrong value', 400, { argument: 'PLACEMENT' });
      },
    },
    'crm.legacy': {
      scope: 'crm',
      run() {
        throw new MethodError('', 'Access denied.');
      },
    },
    'placement.refuse': {
      scope: 'placement',
      run() {
        throw new MethodError('ERROR_PLACEMENT_MAX_COUNT', 'Too many', 200);
      },
    },
    'base.ping': { scope: null, run: () => 'pong' },
  };
}

/** A POST with a JSON body, as our product calls; the answer parsed. */
export async function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Reply> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return replyOf(response);
}

export async function get(url: string): Promise<Reply> {
  return replyOf(await fetch(url, { redirect: 'manual' }));
}

export type Reply = { readonly status: number; readonly headers: Headers; readonly body: Json };
/** JSON of a form that the test knows. */
export type Json = { readonly [key: string]: Json } & { readonly [index: number]: Json };

/** A text of an answer, such as a token. */
export function textOf(value: Json | undefined): string {
  if (typeof value !== 'string') throw new Error('no text in the answer');
  return value;
}

export async function replyOf(response: Response): Promise<Reply> {
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text.startsWith('{') ? JSON.parse(text) : text };
}

/** Runs a test against a server that is closed afterwards, whatever happens. */
export async function withServer(
  options: Omit<PortalServerOptions, 'createBackend'>,
  test: (
    server: PortalServer,
    call: (method: string, params?: Record<string, unknown>) => Promise<Reply>,
  ) => Promise<void>,
): Promise<void> {
  const server = await startTestServer(options);
  const { accessToken } = server.issueGrant();
  try {
    await test(server, (method, params = {}) => post(`${server.url}/rest/${method}`, { auth: accessToken, ...params }));
  } finally {
    await server.close();
  }
}

export type Refresh = (refreshToken: string, more?: Record<string, string>) => Promise<Reply>;

/** Refreshes as the application of this portal; `more` overrides what the form says. */
export const refresher =
  ({ oauth }: PortalServer): Refresh =>
  async (refreshToken, more = {}) => {
    const credentials = { client_id: oauth.clientId, client_secret: oauth.clientSecret };
    const form = { grant_type: 'refresh_token', ...credentials, refresh_token: refreshToken, ...more };
    return replyOf(await fetch(`${oauth.url}/oauth/token/`, { method: 'POST', body: new URLSearchParams(form) }));
  };
