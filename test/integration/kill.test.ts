import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type SimulatedPortal, startSimulatedPortal } from '../../lib/simulator/simulated-portal.ts';
import { recorded } from '../support/stage/staging.ts';

const ROOT = join(import.meta.dirname, '../..');
const home = mkdtempSync(join(tmpdir(), 'unbind-kill-'));
const running = new Set<ChildProcess>();

let portal: SimulatedPortal;
beforeAll(async () => {
  portal = await startSimulatedPortal({ seed: { activities: [{ id: 999, bindings: ['deal:1', 'contact:5'] }] } });
});
afterAll(async () => {
  for (const child of running) child.kill('SIGKILL');
  await portal.close();
  rmSync(home, { recursive: true, force: true });
});

function start(program: string, args: readonly string[]): ChildProcess {
  const { PATH } = process.env;
  const env = { PATH, UNBIND_HOME: home, PORT: '0', UNBIND_OAUTH_HOSTS: portal.oauth.url, UNBIND_ALLOW_HTTP: '1' };
  const child = spawn(process.execPath, [join(ROOT, program), ...args], { env, stdio: ['pipe', 'pipe', 'ignore'] });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/** The stack of its own process, and where it listens. */
async function serve(): Promise<{ child: ChildProcess; url: string }> {
  const child = start('lib/demo/main.ts', ['--serve']);
  for await (const line of createInterface({ input: child.stdout ?? ([] as never) })) {
    const ready = /^ready (http:\S+)$/.exec(line);
    if (ready?.[1] !== undefined) return { child, url: ready[1] };
  }
  throw new Error('the stack ended before it was ready');
}

async function cli(args: readonly string[], input = ''): Promise<{ code: number; lines: unknown[] }> {
  const child = start('lib/cli/main.ts', [...args, '--json']);
  child.stdin?.end(input);
  const lines: unknown[] = [];
  for await (const line of createInterface({ input: child.stdout ?? ([] as never) })) lines.push(JSON.parse(line));
  const code = child.exitCode ?? (await once(child, 'exit'))[0];
  return { code, lines };
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

it('what was answered 200 is carried out after a kill -9 and a restart', async () => {
  const first = await serve();
  const added = await cli(['portal', 'add', '--oauth', '-'], JSON.stringify(portal.issueGrant()));
  expect(added.code).toBe(0);
  // The portal does not answer for a moment, so that the kill comes before the deletion.
  portal.script({ kind: 'close', times: 1000 });

  const reply = await fetch(`${first.url}/robot`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: await recorded('robot-deal', portal, { use_subscription: 'N' }),
  });
  await kill(first.child);
  portal.clearFaults();
  const second = await serve();

  expect(reply.status).toBe(200);
  let outcomes: unknown[] = [];
  for (let look = 0; look < 120 && outcomes.length === 0; look++) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    outcomes = (await cli(['outcomes', '--portal', portal.memberId, '--activity', '999'])).lines;
  }
  expect(outcomes).toMatchObject([
    { activityId: 999, entityTypeId: 2, entityId: 1, status: 'unbound', trigger: 'robot' },
  ]);
  expect(portal.ledger.changes.filter(({ kind }) => kind === 'binding_removed')).toHaveLength(1);
  await kill(second.child);
}, 80_000);
