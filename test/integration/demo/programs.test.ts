import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, describe, expect, test } from '@jest/globals';

const ROOT = join(import.meta.dirname, '../../..');
const base = mkdtempSync(join(tmpdir(), 'unbind-programs-'));
const running = new Set<ChildProcess>();

afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

type Ended = { readonly code: number; readonly stdout: string; readonly stderr: string };

const environment = (folder: string) => {
  const [TMPDIR, UNBIND_HOME] = [join(base, folder, 'tmp'), join(base, folder, 'home')];
  mkdirSync(TMPDIR, { recursive: true });
  return { ...process.env, TMPDIR, UNBIND_HOME, PORT: '0', NO_COLOR: '', FORCE_COLOR: undefined };
};

/** A program to its end. */
function run(folder: string, program: string, ...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(program, args, { cwd: ROOT, env: environment(folder) }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, stdout, stderr });
    });
  });
}

const cli = (folder: string, ...args: string[]) => run(folder, process.execPath, 'lib/cli/main.ts', ...args);

/** A program that serves, from its line `ready URL` on. */
async function serve(folder: string, ...args: string[]) {
  const child = spawn(process.execPath, ['lib/demo/main.ts', ...args], { cwd: ROOT, env: environment(folder) });
  running.add(child);
  const printed: string[] = [];
  const ready = new Promise<string>((resolve, reject) => {
    child.once('exit', () => reject(new Error(`It ended before it was ready: ${printed.join('\n')}`)));
    createInterface(child.stdout).on('line', (line) => {
      printed.push(line);
      if (line.startsWith('ready ')) resolve(line.slice('ready '.length));
    });
  });
  return {
    url: await ready,
    printed,
    async stop(signal: 'SIGINT' | 'SIGTERM'): Promise<unknown> {
      child.kill(signal);
      const [code] = await once(child, 'exit');
      running.delete(child);
      return code;
    },
  };
}

/** What shows have left behind. */
const stateOf = (folder: string): string[] =>
  readdirSync(join(base, folder, 'tmp')).filter((name) => name.startsWith('unbind-'));

describe('the demo', () => {
  test('ends with 0 and leaves nothing behind when portal and records agree', async () => {
    const { code, stdout, stderr } = await run('once', process.execPath, 'lib/demo/main.ts', '--once');

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('Yes: the portal removed 4 bindings');
    expect(stdout).toMatch(/1007 +deal:1 +refused +LAST_BINDING_CANNOT_BE_DELETED/);
    expect(stdout).toContain('The workflow was answered: status unbound, unbound 1');
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(stdout).not.toContain('\u001b');
    expect(stateOf('once')).toEqual([]);
  });

  test('keeps serving, and the commands that it prints work as printed', async () => {
    const show = await serve('on');
    const text = show.printed.join('\n').replaceAll('\\\n', ' ');
    const commands = text.split('\n').filter((line) => line.includes('npm run'));

    const ended = await Promise.all(commands.map((command) => run('on', 'sh', '-c', command)));
    const code = await show.stop('SIGINT');

    expect(ended.map((one) => ({ code: one.code, stderr: one.stderr }))).toEqual(
      commands.map(() => ({ code: 0, stderr: '' })),
    );
    expect(commands.length).toBeGreaterThanOrEqual(4);
    expect(code).toBe(0);
    expect(stateOf('on')).toEqual([]);
  });
});

describe('--serve', () => {
  test('shares its state with commands, keeps it over a stop, and has one owner', async () => {
    const webhook = 'https://acme.bitrix24.com/rest/1/s3cr3t/';
    const served = await serve('serve', '--serve');
    const added = await cli('serve', 'portal', 'add', '--webhook', webhook, '--json');
    const second = await run('serve', process.execPath, 'lib/demo/main.ts', '--serve');
    const called = await fetch(`${served.url}/event`, { method: 'POST', body: new URLSearchParams({ event: 'X' }) });
    const stopped = await served.stop('SIGTERM');
    const listed = await cli('serve', 'portal', 'list', '--json');

    expect(served.printed).toEqual([`ready ${served.url}`]);
    expect(added).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\{"portal":"acme.bitrix24.com".*\}\n$/) });
    expect(second).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(`home, at ${served.url}`) });
    expect(called.status).toBe(400);
    expect(stopped).toBe(0);
    expect(JSON.parse(listed.stdout)).toMatchObject({ portal: 'acme.bitrix24.com', state: 'active' });
    expect([added, second, listed].map(({ stderr }) => stderr).join()).not.toContain('s3cr3t');
  });
});

test('options that are not understood end with 2 and the usage', async () => {
  const { code, stdout, stderr } = await run('usage', process.execPath, 'lib/demo/main.ts', '--srve');

  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain('npm start -- --serve');
});
