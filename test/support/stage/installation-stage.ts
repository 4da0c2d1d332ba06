import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '../../../lib/cli/run-cli.ts';
import { type LocalStack, startLocalStack } from '../../../lib/local/local-stack.ts';
import { jsonLinesLog } from '../../../lib/log.ts';
import type { OauthGrant } from '../../../lib/portal/grant.ts';
import type { Methods } from '../../../lib/simulator/method.ts';
import { createPortalClock, type PortalClock } from '../../../lib/simulator/portal-clock.ts';
import { type SimulatedPortal, startSimulatedPortal } from '../../../lib/simulator/simulated-portal.ts';

type Row = { readonly [field: string]: unknown };
type Ran = { readonly code: number; readonly records: readonly Row[]; readonly said: string };

/** A stack that knows no application yet, and a portal without it; time can be put forward for both. */
export type DoorStage = {
  readonly portal: SimulatedPortal;
  readonly stack: LocalStack;
  readonly clock: PortalClock;
  readonly logged: readonly Row[];
  /** The command line, with --json. */
  cli(argv: readonly string[], stdin?: string): Promise<Ran>;
  /** Sets the credentials of the portal's application. */
  appSet(clientSecret?: string): Promise<Ran>;
  /** The portal installs the application; the handler's status. */
  install(): Promise<number | null>;
  /** The portal removes the application. */
  uninstall(): Promise<void>;
  post(path: string, fields: Row): Promise<Response>;
  settled(): Promise<void>;
  /** All jobs of a portal have come to their end, and so has its worker, which would take up what comes next as well. */
  finished(portal: string): Promise<void>;
  grant(): Promise<OauthGrant | null>;
  /** Everything that is stored as a secret, by the part of its name after the prefix; also what waits for its deletion. */
  secrets(): { readonly name: string; readonly text: string; readonly deleted: boolean }[];
  /** Calls of a method that the portal or the OAuth server got. */
  calls(method: string): number;
  close(): Promise<void>;
};

export async function openDoor(methods: Methods = {}): Promise<DoorStage> {
  const home = mkdtempSync(join(tmpdir(), 'unbind-door-'));
  const clock = createPortalClock();
  const logged: Row[] = [];
  const log = jsonLinesLog(
    (line) => void logged.push(JSON.parse(line)),
    () => clock.now(),
  );
  const portal = await startSimulatedPortal({ installed: false, clock, memberId: 'acme', methods });
  const stack = await startLocalStack({ home, port: 0, log, clock, oauthHosts: [portal.oauth.url], allowHttp: true });
  return {
    portal,
    stack,
    clock,
    logged,
    ...acts({ portal, stack, clock, home }),
    async close() {
      await stack.close();
      await portal.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

type Stage = Pick<DoorStage, 'portal' | 'stack' | 'clock'> & { readonly home: string };

function acts({ portal, stack, clock, home }: Stage) {
  const cli: DoorStage['cli'] = (argv, stdin = '') => command({ portal, stack, clock, home }, argv, stdin);
  const { stores } = stack;
  const settled = async (): Promise<void> => {
    for (let quiet = 0; quiet < 2; quiet += 1) {
      await portal.outbound().queue.settled();
      await stack.idle();
    }
  };
  return {
    cli,
    settled,
    async finished(name: string) {
      await settled();
      for (let round = 0; (await stores.jobs.nextDueAt(name)) !== null; round += 1) {
        if (round === MOST_ROUNDS) throw new Error(`the jobs of ${name} do not come to their end`);
        await settled();
      }
    },
    appSet: (clientSecret = portal.oauth.clientSecret) =>
      cli(['app', 'set', '--client-id', portal.clientId, '--client-secret-stdin'], clientSecret),
    async install() {
      const status = await portal.installAt(`${stack.url}/install`);
      await settled();
      return status;
    },
    async uninstall() {
      portal.uninstallFrom(null);
      await settled();
    },
    post: (path: string, fields: Row) =>
      fetch(`${stack.url}${path}`, {
        method: 'POST',
        body: formOf(fields).toString(),
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      }),
    async grant() {
      const grant = (await stores.grants.read(portal.memberId))?.grant;
      return grant?.kind === 'oauth' ? grant : null;
    },
    secrets: () => secretsIn(home),
    calls: (method: string) =>
      [...new Set([...portal.ledger.requests, ...portal.oauth.requests])]
        .flatMap(({ commands }) => commands)
        .filter((called) => called.method === method).length,
  };
}

async function command({ stack, clock }: Stage, argv: readonly string[], stdin: string): Promise<Ran> {
  const said = { stdout: '', stderr: '' };
  const code = await runCli([...argv, '--json'], {
    stdout: (text) => {
      said.stdout += text;
    },
    stderr: (text) => {
      said.stderr += text;
    },
    width: 80,
    openStack: (_, use) => use(stack),
    read: () => Promise.resolve(stdin),
    user: 'tester',
    randomId: randomUUID,
    clock,
  });
  const lines = said.stdout.split('\n').filter((line) => line !== '');
  return { code, records: lines.map((line) => JSON.parse(line) as Row), said: said.stderr };
}

function formOf(fields: Row): URLSearchParams {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) form.set(name, String(value));
  return form;
}

/** Some seconds: each round waits until the functions have been idle twice. */
const MOST_ROUNDS = 100;

type StoredSecret = { name: string; deletedAt: number | null; versions: { text: string; stages: string[] }[] };

function secretsIn(home: string) {
  const file = join(home, 'secrets.json');
  if (!existsSync(file)) return []; // nothing was ever stored
  const vault = JSON.parse(readFileSync(file, 'utf8')) as { secrets: StoredSecret[] };
  return vault.secrets.map(({ name, deletedAt, versions }) => ({
    name: name.replace('unbind/local/', ''),
    text: versions.find(({ stages }) => stages.includes('AWSCURRENT'))?.text ?? '',
    deleted: deletedAt !== null,
  }));
}

/** ONAPPINSTALL as the portal sends it (B§5.2), for whatever grant somebody holds. */
export const installCall = (grant: OauthGrant, more: Row = {}): Row => ({
  event: 'ONAPPINSTALL',
  'data[VERSION]': 1,
  ts: 1_790_000_000,
  'auth[domain]': 'acme.example',
  'auth[access_token]': grant.accessToken,
  'auth[refresh_token]': grant.refreshToken,
  'auth[server_endpoint]': grant.serverEndpoint,
  'auth[client_endpoint]': grant.clientEndpoint,
  'auth[member_id]': grant.memberId,
  'auth[application_token]': grant.applicationToken,
  ...more,
});
