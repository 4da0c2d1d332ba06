import type { Fault } from '../fault-script.ts';
import type { PortalServer } from './portal.ts';

type Body = { readonly [key: string]: unknown };

/** The endpoints under `/control/…` (JSON), for people and for tests in another process; README.md lists them. */
const CONTROL_ENDPOINTS: { readonly [verbAndName: string]: (server: PortalServer, body: Body) => unknown } = {
  'GET state': (server) => server.state(),
  'GET ledger': (server) => server.ledger,
  'GET settings': (server) => server.settings,
  'GET about': about,
  'POST seed': (server, body) => server.seed(body),
  'POST act': (server, body) => server.act(body),
  'POST fault': (server, body) => server.script(faultFrom(body)),
  'POST clear-faults': (server) => server.clearFaults(),
  'POST clock': (server, { advanceMs }) => {
    if (typeof advanceMs !== 'number' || advanceMs < 0) throw new Error('advanceMs: a number of milliseconds');
    server.clock.advance(advanceMs);
    return { now: server.clock.now() };
  },
  'POST settings': (server, body) => changeSettings(server, body),
  'POST expire-tokens': (server) => server.expireTokens(),
  'POST reset-ledger': (server) => server.resetLedger(),
  'POST grant': (server, { userId }) => server.issueGrant(typeof userId === 'number' ? userId : undefined),
  'POST install': (server) => server.install(),
  'POST uninstall': (server) => server.uninstall(),
  'POST rename': async (server) => ({ url: await server.rename() }),
};

export type ControlAnswer = { readonly status: number; readonly value: unknown };

export async function control(server: PortalServer, verb: string, path: string, body: Body): Promise<ControlAnswer> {
  const answer = CONTROL_ENDPOINTS[`${verb} ${path.replace(/^\/control\/|\/$/g, '')}`];
  if (!answer) return { status: 404, value: { error: 'no such endpoint', orders: Object.keys(CONTROL_ENDPOINTS) } };
  try {
    return { status: 200, value: (await answer(server, body)) ?? { ok: true } };
  } catch (error) {
    return { status: 400, value: { error: error instanceof Error ? error.message : String(error) } };
  }
}

/** What a client needs to connect to this portal, including secrets: they open nothing but this simulation. */
function about({ url, memberId, clientId, applicationToken, oauth, webhookUrl }: PortalServer): unknown {
  const application = { clientId, clientSecret: oauth.application(clientId)?.clientSecret };
  return { url, memberId, applicationToken, webhookUrl: webhookUrl(), oauth: oauth.url, ...application };
}

/** `{"oauth": {…}}` inside the settings goes to the OAuth server. */
function changeSettings(server: PortalServer, { oauth, ...body }: Body): unknown {
  for (const name of Object.keys(body)) if (!(name in server.settings)) throw new Error(`no setting ${name}`);
  Object.assign(server.settings, body);
  if (typeof oauth === 'object') Object.assign(server.oauth.settings, oauth);
  return { ...server.settings, oauth: server.oauth.settings };
}

function faultFrom(body: Body): Fault {
  if (!isFault(body)) throw new Error('kind: "close", "hang", {status, body}, {error: {code}} or {delayMs}');
  return body;
}

/** Refuses only what would silently never strike. */
function isFault(body: Body): body is Body & Fault {
  const { kind } = body;
  if (typeof kind === 'string') return kind === 'close' || kind === 'hang';
  return typeof kind === 'object' && kind !== null && ['status', 'error', 'delayMs'].some((name) => name in kind);
}
