import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { awsClients } from '../../../lib/aws/aws-clients.ts';
import { type Clock, systemClock } from '../../../lib/clock.ts';
import { type LocalStack, startLocalStack } from '../../../lib/local/local-stack.ts';
import { jsonLinesLog } from '../../../lib/log.ts';
import { RECORDED_AUTH } from '../../../lib/simulator/outbound/recorded-portal.ts';
import { type SimulatedPortal, startSimulatedPortal } from '../../../lib/simulator/simulated-portal.ts';
import type { Ports } from '../hostile/hostile-file.ts';
import { expectNoLeaks } from '../secrets/find-leaks.ts';

/** The whole product, installed on the portal of the recordings, and a trap that nobody may call. */
export type HostileStage = {
  readonly portal: SimulatedPortal;
  readonly stack: LocalStack;
  readonly home: string;
  readonly logged: string[];
  readonly ports: Ports;
  /** Connections that the trap got. */
  trapped(): number;
  settled(): Promise<void>;
  /** What would show that something was accepted: all jobs, all wake-ups, all grants. */
  stored(): Promise<Stored>;
  close(): Promise<void>;
};

export type Stored = { readonly jobs: number; readonly wakeUps: number; readonly secrets: string };

export async function openHostileStage({
  clock = systemClock,
}: {
  readonly clock?: Clock;
} = {}): Promise<HostileStage> {
  const home = mkdtempSync(join(tmpdir(), 'unbind-hostile-'));
  const logged: string[] = [];
  const log = jsonLinesLog(
    (line) => void logged.push(line),
    () => clock.now(),
  );
  const { member_id: memberId = '', application_token: applicationToken = '' } = RECORDED_AUTH;
  const portal = await startSimulatedPortal({ installed: false, clock, memberId, applicationToken });
  const stack = await startLocalStack({ home, port: 0, log, clock, oauthHosts: [portal.oauth.url], allowHttp: true });
  const trap = await setTrap();
  const stage = {
    portal,
    stack,
    home,
    logged,
    ports: { trap: trap.port, oauth: Number(new URL(portal.oauth.url).port) },
  };
  const settled = settling(stage);
  await install(stage);
  await settled();
  portal.resetLedger();
  logged.length = 0;

  return {
    ...stage,
    settled,
    trapped: trap.count,
    stored: () => storedIn(stage),
    async close() {
      await stack.close();
      await portal.close();
      trap.close();
      rmSync(home, { recursive: true, force: true });
      expectNoLeaks(logged);
    },
  };
}

type Parts = Pick<HostileStage, 'portal' | 'stack' | 'home'>;

async function install({ portal, stack }: Parts): Promise<void> {
  const { clientId, oauth } = portal;
  await stack.stores.grants.writeApp({ clientId, clientSecret: oauth.clientSecret });
  const status = await portal.installAt(`${stack.url}/install`);
  if (status !== 200) throw new Error(`the installation was answered with ${status}`);
}

const settling =
  ({ portal, stack }: Parts) =>
  async () => {
    for (let quiet = 0; quiet < 2; ) {
      await portal.outbound().queue.settled();
      await stack.idle();
      quiet = (await stack.stores.jobs.nextDueAt(portal.memberId)) === null ? quiet + 1 : 0;
    }
  };

async function storedIn({ stack, home }: Parts): Promise<Stored> {
  const { config } = stack;
  const { dynamo, sqs } = awsClients(config);
  const jobs = await dynamo.send(new ScanCommand({ TableName: config.tables.jobs, Select: 'COUNT' }));
  const queue = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: config.queueUrl, AttributeNames: ['All'] }));
  const { ApproximateNumberOfMessages = 0, ApproximateNumberOfMessagesNotVisible = 0 } = queue.Attributes ?? {};
  dynamo.destroy();
  sqs.destroy();
  return {
    jobs: jobs.Count ?? 0,
    wakeUps: Number(ApproximateNumberOfMessages) + Number(ApproximateNumberOfMessagesNotVisible),
    secrets: readFileSync(join(home, 'secrets.json'), 'utf8'),
  };
}

/** The same port in both families, since `localhost` may be either. */
async function setTrap(): Promise<{ port: number; count: () => number; close: () => void }> {
  let connections = 0;
  const serve = (): Server =>
    createServer((socket) => {
      connections += 1;
      socket.destroy();
    });
  for (;;) {
    const four = serve();
    const port = await listening(four, 0, '127.0.0.1');
    const six = serve();
    // Five digits, as in the files; and a port that somebody else has in the other family is of no use.
    if (port !== null && port >= 10_000 && (await listening(six, port, '::1')) !== null) {
      return { port, count: () => connections, close: () => [four, six].forEach((server) => void server.close()) };
    }
    four.close();
  }
}

function listening(server: Server, port: number, host: string): Promise<number | null> {
  return new Promise((resolve) => {
    server.once('error', () => resolve(null));
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' ? (address?.port ?? null) : null);
    });
  });
}
