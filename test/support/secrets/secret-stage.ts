import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { powertoolsLog } from '../../../lib/aws/lambda/powertools-log.ts';
import { runCli } from '../../../lib/cli/run-cli.ts';
import { readFileOrStdin } from '../../../lib/cli/terminal/read-file-or-stdin.ts';
import { type LocalStack, startLocalStack } from '../../../lib/local/local-stack.ts';
import { type SimulatedOauthServer, startOauthServer } from '../../../lib/simulator/oauth-server.ts';
import { type SimulatedPortal, startSimulatedPortal } from '../../../lib/simulator/simulated-portal.ts';
import { type RecordsSampler, sampleRecords } from './records-sampler.ts';

const FORM = 'application/x-www-form-urlencoded';

/** The product with the log of a deployed function, a portal, and a second portal of the same OAuth server. */
export type SecretStage = {
  readonly oauth: SimulatedOauthServer;
  readonly portal: SimulatedPortal;
  readonly other: SimulatedPortal;
  readonly stack: LocalStack;
  readonly records: RecordsSampler;
  readonly answers: string[];
  /** POSTs a form to the product and keeps the answer. */
  readonly post: (path: string, body: string, contentType?: string) => Promise<number>;
  /** One command of the command line, with and without --json; both write to this process's own outputs. */
  readonly cli: (argv: readonly string[], stdin?: string) => Promise<void>;
  /** One more portal with the application installed: a portal that was broken is not served for a while. */
  readonly newPortal: () => Promise<SimulatedPortal>;
  /** Waits until nothing is in progress; work that waits for a later time is left. */
  readonly quiet: () => Promise<void>;
  close(): Promise<void>;
};

export async function openSecretStage(): Promise<SecretStage> {
  const home = mkdtempSync(join(tmpdir(), 'unbind-secrets-'));
  const oauth = await startOauthServer();
  const open = () => startSimulatedPortal({ oauth, installed: false });
  const [portal, other] = await Promise.all([open(), open()]);
  const portals = [portal, other];
  const log = powertoolsLog('local');
  const stack = await startLocalStack({ home, port: 0, log, oauthHosts: [oauth.url], allowHttp: true });
  const records = sampleRecords(stack.config);
  const answers: string[] = [];
  return {
    oauth,
    portal,
    other,
    stack,
    records,
    answers,
    post: (path, body, contentType) => post(stack.url, answers, path, body, contentType),
    async cli(argv, stdin = '') {
      await runOn(stack, argv, stdin);
      await runOn(stack, [...argv, '--json'], stdin);
    },
    async newPortal() {
      const more = await open();
      portals.push(more);
      await more.installAt(`${stack.url}/install`);
      await stack.idle();
      return more;
    },
    async quiet() {
      for (const one of portals) await one.outbound().queue.settled();
      await stack.idle();
    },
    async close() {
      await records.stop();
      await stack.close();
      await Promise.all(portals.map((one) => one.close()));
      await oauth.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

async function post(base: string, answers: string[], path: string, body: string, type = FORM): Promise<number> {
  const reply = await fetch(`${base}${path}`, { method: 'POST', body, headers: { 'content-type': type } });
  answers.push(`${reply.status} ${await reply.text()} ${JSON.stringify([...reply.headers])}`);
  return reply.status;
}

async function runOn(stack: LocalStack, argv: readonly string[], stdin: string): Promise<void> {
  let ids = 0;
  await runCli(argv, {
    stdout: (text) => void process.stdout.write(text),
    stderr: (text) => void process.stderr.write(text),
    width: 80,
    openStack: (_, use) => use(stack),
    read: async (source) => (source === '-' ? stdin : await readFileOrStdin(source)),
    user: 'tester',
    randomId: () => `cli-${process.hrtime.bigint()}-${ids++}`,
  });
}
