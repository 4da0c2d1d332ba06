import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../../lib/clock.ts';
import type { Outcome } from '../../../lib/jobs/outcome.ts';
import { type LocalStack, startLocalStack } from '../../../lib/local/local-stack.ts';
import { jsonLinesLog } from '../../../lib/log.ts';
import type { Change } from '../../../lib/simulator/method.ts';
import { type SimulatedPortal, startSimulatedPortal } from '../../../lib/simulator/simulated-portal.ts';
import { expectNoLeaks } from '../secrets/find-leaks.ts';

/** The whole product on this machine, installed on a simulated portal: real SDK clients, real HTTP, nothing replaced. */
export type Staging = {
  readonly portal: SimulatedPortal;
  readonly stack: LocalStack;
  readonly home: string;
  /** What the functions logged. */
  readonly logged: readonly string[];
  /** Replaces the CRM and empties the ledger. */
  scene(crm: object): void;
  post(path: string, body: string, contentType?: string): Promise<Response>;
  /** Everything that was asked for has come to its end, echoes of our own changes included (B§5.7). */
  settled(): Promise<void>;
  outcomes(): Promise<Outcome[]>;
  changes(kind: Change['kind']): Change[];
  /** How often the portal was asked for a method, in batches or alone. */
  calls(method: string): number;
  /** HTTP requests that the portal got. */
  requests(): number;
  close(): Promise<void>;
};

export async function stage(options: { readonly rules?: readonly object[] } = {}): Promise<Staging> {
  const home = mkdtempSync(join(tmpdir(), 'unbind-test-'));
  const logged: string[] = [];
  const log = jsonLinesLog((line) => void logged.push(line), systemClock.now);
  const portal = await startSimulatedPortal({ installed: false });
  const stack = await startLocalStack({ home, port: 0, log, oauthHosts: [portal.oauth.url], allowHttp: true });
  const staging = { portal, stack, home, logged, ...acts(portal, stack) };
  await install(staging, options.rules ?? []);
  return {
    ...staging,
    async close() {
      await stack.close();
      await portal.close();
      rmSync(home, { recursive: true, force: true });
      expectNoLeaks(logged);
    },
  };
}

async function install(
  { portal, stack, settled }: Pick<Staging, 'portal' | 'stack' | 'settled'>,
  rules: readonly object[],
) {
  const { clientId, memberId, oauth } = portal;
  await stack.stores.grants.writeApp({ clientId, clientSecret: oauth.clientSecret });
  const status = await portal.installAt(`${stack.url}/install`);
  if (status !== 200) throw new Error(`the installation was answered with ${status}`);
  if (rules.length > 0) await stack.stores.portals.writeRules(memberId, JSON.stringify(rules));
  await settled();
}

function acts(portal: SimulatedPortal, stack: LocalStack) {
  const { memberId, ledger } = portal;
  const { stores } = stack;
  const isQuiet = async (): Promise<boolean> => {
    await portal.outbound().queue.settled();
    await stack.idle();
    return (await stores.jobs.nextDueAt(memberId)) === null;
  };
  return {
    scene(crm: object) {
      portal.seed(crm);
      portal.resetLedger();
    },
    post: (path: string, body: string, contentType = 'application/x-www-form-urlencoded') =>
      fetch(`${stack.url}${path}`, { method: 'POST', body, headers: { 'content-type': contentType } }),
    async settled() {
      for (let quiet = 0; quiet < 2; ) quiet = (await isQuiet()) ? quiet + 1 : 0;
    },
    outcomes: () => Array.fromAsync(stores.outcomes.list({ portal: memberId })),
    changes: (kind: Change['kind']) => ledger.changes.filter((change) => change.kind === kind),
    calls: (method: string) =>
      ledger.requests.flatMap(({ commands }) => commands).filter((command) => command.method === method).length,
    requests: () => ledger.requests.filter(({ host }) => host === 'portal').length,
  };
}

/** A recorded body, `events/<name>.txt`, as this portal would send it: with its own identity. Other fields as given. */
export async function recorded(
  name: string,
  portal: SimulatedPortal,
  fields: { readonly [field: string]: string } = {},
): Promise<string> {
  const body = await readFile(new URL(`../../../events/${name}.txt`, import.meta.url), 'utf8');
  const form = new URLSearchParams(body.trim());
  const identity = { 'auth[member_id]': portal.memberId, 'auth[application_token]': portal.applicationToken };
  for (const [field, value] of Object.entries({ ...identity, ...fields })) form.set(field, value);
  return form.toString();
}
