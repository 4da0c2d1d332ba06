import type { Fault } from '../fault-script.ts';
import type { Front } from './front.ts';

type Body = { readonly [key: string]: unknown };

/** What can be asked of the portal from outside (`/control/…`, JSON), for people and for tests in another process. */
const ORDERS: { readonly [order: string]: (front: Front, body: Body) => unknown } = {
  'GET state': (front) => front.state(),
  'GET ledger': (front) => front.ledger,
  'GET settings': (front) => front.settings,
  'GET about': about,
  'POST seed': (front, body) => front.seed(body),
  'POST act': (front, body) => front.act(body),
  'POST fault': (front, body) => front.script(faultFrom(body)),
  'POST clear-faults': (front) => front.clearFaults(),
  'POST clock': (front, { advanceMs }) => {
    if (typeof advanceMs !== 'number' || advanceMs < 0) throw new Error('advanceMs: a number of milliseconds');
    front.clock.advance(advanceMs);
    return { now: front.clock.now() };
  },
  'POST settings': (front, body) => changeSettings(front, body),
  'POST expire-tokens': (front) => front.expireTokens(),
  'POST reset-ledger': (front) => front.resetLedger(),
  'POST grant': (front, { userId }) => front.issueGrant(typeof userId === 'number' ? userId : undefined),
  'POST install': (front) => front.install(),
  'POST uninstall': (front) => front.uninstall(),
  'POST rename': async (front) => ({ url: await front.rename() }),
};

export type ControlAnswer = { readonly status: number; readonly value: unknown };

export async function control(front: Front, verb: string, path: string, body: Body): Promise<ControlAnswer> {
  const order = ORDERS[`${verb} ${path.replace(/^\/control\/|\/$/g, '')}`];
  if (!order) return { status: 404, value: { error: 'no such order', orders: Object.keys(ORDERS) } };
  try {
    return { status: 200, value: (await order(front, body)) ?? { ok: true } };
  } catch (error) {
    return { status: 400, value: { error: error instanceof Error ? error.message : String(error) } };
  }
}

/** What a client needs to be set up for this portal; secrets included, they open nothing but this simulation. */
function about({ url, memberId, clientId, applicationToken, oauth, webhookUrl }: Front): unknown {
  const application = { clientId, clientSecret: oauth.application(clientId)?.clientSecret };
  return { url, memberId, applicationToken, webhookUrl: webhookUrl(), oauth: oauth.url, ...application };
}

/** `{"oauth": {…}}` inside the settings goes to the OAuth server. */
function changeSettings(front: Front, { oauth, ...body }: Body): unknown {
  for (const name of Object.keys(body)) if (!(name in front.settings)) throw new Error(`no setting ${name}`);
  Object.assign(front.settings, body);
  if (typeof oauth === 'object') Object.assign(front.oauth.settings, oauth);
  return { ...front.settings, oauth: front.oauth.settings };
}

function faultFrom(body: Body): Fault {
  if (!isFault(body)) throw new Error('kind: "close", "hang", {status, body}, {error: {code}} or {delayMs}');
  return body;
}

/** The control side is ours: only what would silently never strike is refused. */
function isFault(body: Body): body is Body & Fault {
  const { kind } = body;
  if (typeof kind === 'string') return kind === 'close' || kind === 'hang';
  return typeof kind === 'object' && kind !== null && ['status', 'error', 'delayMs'].some((name) => name in kind);
}
