import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '../../../lib/cli/run-cli.ts';
import { systemClock } from '../../../lib/clock.ts';
import { type LocalStack, startLocalStack } from '../../../lib/local/local-stack.ts';
import { type SimulatedPortal, startSimulatedPortal } from '../../../lib/simulator/simulated-portal.ts';

type Row = { readonly [field: string]: unknown };
export type Ran = {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The lines of the standard output; a line that is no JSON fails the test. */
  readonly records: Row[];
};

/** The command line on a real local stack, beside a simulated portal. */
export type CliStage = {
  readonly portal: SimulatedPortal;
  readonly stack: LocalStack;
  /** One command with --json. */
  cli(argv: readonly string[], stdin?: string): Promise<Ran>;
  /** Adds the portal's inbound webhook under a name of the test's own, and waits until the worker has looked at it. */
  addWebhook(name: string, ...more: string[]): Promise<Ran>;
  /** Unbinds an activity from deal 1. */
  unbind(name: string, activity: number, ...more: string[]): Promise<Ran>;
  /** Stops a portal for a quarter of an hour. */
  stop(name: string, code?: string): Promise<void>;
  /** What an activity is bound to in the portal, as `2:1`. */
  bindingsOf(activity: number): string[];
  close(): Promise<void>;
};

/** Activities 900 to 959 are bound to deal 1 and contact 5, activity 999 to deal 2 alone. */
const SEED = {
  activities: [
    { id: 900, count: 60, bindings: ['deal:1', 'contact:5'] },
    { id: 999, bindings: ['deal:2'] },
  ],
};
const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };

export async function openCliStage(): Promise<CliStage> {
  const home = mkdtempSync(join(tmpdir(), 'unbind-cli-'));
  const portal = await startSimulatedPortal({ memberId: 'acme', seed: SEED });
  const oauthHosts = [portal.oauth.url];
  const stack = await startLocalStack({ home, port: 0, log: SILENT, oauthHosts, allowHttp: true });

  const cli: CliStage['cli'] = (argv, stdin = '') => runOn(stack, [...argv, '--json'], stdin);
  return {
    portal,
    stack,
    cli,
    async addWebhook(name, ...more) {
      const added = await cli(['portal', 'add', '--webhook', portal.webhookUrl(), '--member-id', name, ...more]);
      await stack.idle();
      return added;
    },
    unbind: (name, activity, ...more) =>
      cli(['unbind', '--portal', name, '--activity', String(activity), '--element', 'deal:1', ...more]),
    stop: async (name, code = 'OVERLOAD_LIMIT') => {
      const probeAt = systemClock.now() + 900_000;
      await stack.stores.portals.setStop(name, { code, since: 0, probeAt, probes: 0 });
    },
    bindingsOf: (activity) =>
      portal
        .crm()
        .bindings.rows(activity)
        .map(({ entityTypeId, entityId }) => `${entityTypeId}:${entityId}`),
    async close() {
      await stack.close();
      await portal.close();
      await rm(home, { recursive: true });
    },
  };
}

async function runOn(stack: LocalStack, argv: readonly string[], stdin: string): Promise<Ran> {
  const said = { stdout: '', stderr: '' };
  const code = await runCli(argv, {
    stdout: (text) => {
      said.stdout += text;
    },
    stderr: (text) => {
      said.stderr += text;
    },
    width: 80,
    openStack: (_, use) => use(stack),
    read: (source) => (source === '-' ? Promise.resolve(stdin) : Promise.reject(new Error(`no file ${source}`))),
    user: 'tester',
    randomId: randomUUID,
  });
  const lines = said.stdout.split('\n').filter((line) => line !== '');
  return { code, ...said, records: lines.map((line) => JSON.parse(line) as Row) };
}
