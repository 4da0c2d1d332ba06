import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openStack } from '../../../lib/cli/open-stack.ts';
import { runCli } from '../../../lib/cli/run-cli.ts';
import type { Terminal } from '../../../lib/cli/terminal/terminal.ts';
import { systemClock } from '../../../lib/clock.ts';
import type { Listening } from '../../../lib/local/listen-on-loopback.ts';
import { startSqsGateway } from '../../support/aws/sqs-gateway.ts';
import { LOST_DEALS } from '../../support/cleanup/lost-deals.ts';
import { impatient, person, screen } from '../../support/cli/fake-terminals.ts';
import { type CleanupCliStage, openCleanupCli, type Ran, type Row } from '../../support/stage/cleanup-cli-stage.ts';

const ROOT = join(import.meta.dirname, '../../..');
const VARIABLES = [
  'AWS_ENDPOINT_URL_SQS',
  'AWS_ENDPOINT_URL_DYNAMODB',
  'AWS_ENDPOINT_URL_SECRETS_MANAGER',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
] as const;

/** The local stack stands for AWS with the stage `local` and its worker; the command line reaches it as the SDK's variables say. */
let stage: CleanupCliStage;
let sqs: Listening;
let environment: { readonly [name: string]: string };
const before = VARIABLES.map((name) => [name, process.env[name]] as const);
beforeAll(async () => {
  stage = await openCleanupCli();
  const { localAws } = stage.stack.config;
  sqs = await startSqsGateway(localAws?.sqs ?? '');
  environment = {
    AWS_ENDPOINT_URL_SQS: sqs.url,
    AWS_ENDPOINT_URL_DYNAMODB: localAws?.dynamodb ?? '',
    AWS_ENDPOINT_URL_SECRETS_MANAGER: localAws?.secretsManager ?? '',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  };
  Object.assign(process.env, environment);
});
beforeEach(async () => {
  await stage.setRules([LOST_DEALS]);
  await stage.releaseAll();
  stage.lostDeals();
});
afterAll(async () => {
  for (const [name, value] of before) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  await sqs.close();
  await stage.close();
});

const DEPLOYED = ['--stage', 'local', '--region', 'eu-central-1'];

type Options = { readonly terminal?: Terminal; readonly stdin?: string };

/** The simulated portal has no https, which a deployed stack insists on; nothing else differs from the program. */
const openDeployed: typeof openStack = (choice, use) =>
  openStack(choice, (opened) =>
    use({ ...opened, config: { ...opened.config, allowHttp: true, oauthHosts: stage.stack.config.oauthHosts } }),
  );

async function cli(argv: readonly string[], { terminal, stdin = '' }: Options = {}): Promise<Ran> {
  const said = { stdout: '', stderr: '' };
  const code = await runCli([...DEPLOYED, ...argv, '--portal', stage.member, '--json'], {
    stdout: (written) => {
      said.stdout += written;
    },
    stderr: (written) => {
      said.stderr += written;
    },
    width: 80,
    openStack: openDeployed,
    read: async () => stdin,
    user: 'tester',
    randomId: randomUUID,
    ...(terminal === undefined ? {} : { terminal }),
  });
  const lines = said.stdout.split('\n').filter((line) => line !== '');
  return { code, ...said, records: lines.map((line) => JSON.parse(line) as Row) };
}

const COUNT = 150;
const removals = () => stage.changes('binding_removed').length;

describe('over --stage', () => {
  it('a plan is made, applied, inspected and undone, with progress on the terminal', async () => {
    const shown = screen();
    const { questions, terminal } = person('y');
    const both = { terminal: { ...shown.terminal, ask: terminal.ask } };

    const planned = await cli(['cleanup', 'plan'], both);
    const plan = String(planned.records[0]?.plan);
    const applied = await cli(['cleanup', 'apply', '--plan', plan], both);
    const removed = removals();
    const status = await cli(['cleanup', 'status']);
    const undone = await cli(['undo', '--plan', plan], both);

    expect([planned, applied, status, undone].map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    expect([planned, applied, undone].map(({ stderr }) => stderr).join('')).not.toContain('could not be woken');
    expect(planned.records).toHaveLength(21);
    expect(applied.records).toMatchObject([{ ended: 'completed', counts: { unbound: 20 }, done: 20, total: 20 }]);
    expect(removed).toBe(20);
    const runs = status.records.map(({ run, ended, done }) => ({ run, ended, done }));
    expect(runs[0]).toEqual({ run: `apply:${plan}:1`, ended: 'completed', done: 20 });
    expect(runs[1]).toMatchObject({ run: `plan:${plan}`, ended: 'completed' });
    expect(undone.records).toMatchObject([{ ended: 'completed', counts: { bound: 20 }, total: 20 }]);
    expect(stage.changes('binding_added')).toHaveLength(20);
    expect(questions).toHaveLength(2);
    for (const label of ['planning', 'applying', 'undoing']) expect(shown.drawn()).toContain(label);
    expect(shown.drawn()).toMatch(/applying {2}█*░* +\d+% {2}/);
    expect(shown.listeners.size).toBe(0);
  });

  it('Ctrl-C stops a run, and the same command resumes it', async () => {
    stage.manyLostDeals(COUNT);
    const { records } = await cli(['cleanup', 'plan']);
    const apply = ['cleanup', 'apply', '--plan', String(records[0]?.plan), '--yes'];
    stage.portal.script({ method: 'batch', times: 8, kind: { delayMs: 40 } });
    const { terminal, pressed } = impatient(1, () => removals() > 0);

    const [stopped] = await Promise.all([cli(apply, { terminal }), pressed()]);
    const done = removals();
    const resumed = await cli(apply);

    expect(stopped).toMatchObject({ code: 1, stderr: expect.stringMatching(/To resume: .*cleanup apply/) });
    expect(done).toBeLessThan(COUNT);
    expect(resumed).toMatchObject({ code: 0, records: [{ counts: { unbound: COUNT - done } }] });
  });

  it('rules are set, listed, disabled and tried', async () => {
    const set = await cli(['rules', 'set', '-'], { stdin: JSON.stringify({ ...LOST_DEALS, enabled: false }) });
    const tried = await cli(['rules', 'try', '--activity', '100']);
    const enabled = await cli(['rules', 'enable', 'lost-deals']);
    const listed = await cli(['rules', 'list']);

    expect([set, tried, enabled, listed].map(({ code, stderr }) => [code, code === 0 ? '' : stderr])).toEqual(
      Array(4).fill([0, '']),
    );
    expect(tried.records[0]).toMatchObject({ rule: 'lost-deals', matches: true, kept: 'disabled' });
    expect(listed.records).toMatchObject([{ name: 'lost-deals', enabled: true }]);
  });

  it('a sweep runs, is counted by status, and its schedule is set', async () => {
    const swept = await cli(['cleanup', 'sweep', '--yes']);
    const run = String(swept.records[0]?.run);
    const counted = await cli(['outcomes', '--run', run, '--count-by', 'status']);
    const schedule = await cli(['cleanup', 'schedule', '--mode', 'plan', '--minutes', '30']);
    const shown = await cli(['cleanup', 'schedule']);

    expect(swept).toMatchObject({ code: 0, records: [{ kind: 'sweep', ended: 'completed', counts: { unbound: 20 } }] });
    expect(counted).toMatchObject({ code: 0, records: [{ status: 'unbound', count: 20 }] });
    expect([schedule, shown].map(({ records }) => records[0])).toEqual(
      Array(2).fill({ portal: stage.member, mode: 'plan', minutes: 30 }),
    );
  });

  it('a working run is stopped', async () => {
    stage.manyLostDeals(COUNT);
    stage.portal.script({ method: 'batch', times: 8, kind: { delayMs: 60 } });
    const accepted = await cli(['cleanup', 'plan', '--wait', '0s']);

    const stopped = await cli(['cleanup', 'stop', '--run', String(accepted.records[0]?.run)]);

    expect(accepted.code).toBe(75);
    expect(accepted.stderr).not.toContain('local stack');
    expect(stopped).toMatchObject({ code: 0, records: [{ status: 'stopped', ended: 'stopped' }] });
  });
});

describe('the program over --stage', () => {
  it('ends with the run that a signal has stopped', async () => {
    stage.manyLostDeals(COUNT);
    const { records } = await cli(['cleanup', 'plan']);
    const plan = String(records[0]?.plan);
    stage.portal.script({ method: 'batch', times: 8, kind: { delayMs: 60 } });
    const argv = [...DEPLOYED, 'cleanup', 'apply', '--portal', stage.member, '--plan', plan, '--yes'];
    const program = spawn(process.execPath, ['lib/cli/main.ts', ...argv], {
      cwd: ROOT,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [stdout, stderr, exit] = [text(program.stdout), text(program.stderr), once(program, 'exit')];

    while (removals() === 0) await systemClock.sleep(5);
    program.kill('SIGINT');

    expect(await exit).toEqual([1, null]);
    expect(await stdout).toMatch(new RegExp(`^apply:${plan}:1: stopped, \\d+ of ${COUNT}: `));
    expect(await stderr).toContain('Stopping after the current request.');
    expect(removals()).toBeLessThan(COUNT);
  });
});
