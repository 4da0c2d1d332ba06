import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runCli } from '../../../lib/cli/run-cli.ts';
import { systemClock } from '../../../lib/clock.ts';
import { type LocalStack, startLocalStack } from '../../../lib/local/local-stack.ts';
import { type SimulatedPortal, startSimulatedPortal } from '../../portal/simulated-portal.ts';

const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };
const SEED = {
  activities: [
    { id: 900, count: 60, bindings: ['deal:1', 'contact:5'] },
    { id: 999, bindings: ['deal:2'] },
  ],
};

let home: string;
let portal: SimulatedPortal;
let stack: LocalStack;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'unbind-cli-'));
  portal = await startSimulatedPortal({ memberId: 'acme', seed: SEED });
  const oauthHosts = [portal.oauth.url];
  stack = await startLocalStack({ home, port: 0, log: SILENT, oauthHosts, allowHttp: true });
});

afterAll(async () => {
  await stack.close();
  await portal.close();
  await rm(home, { recursive: true });
});

type Ran = { readonly code: number; readonly stdout: string; readonly stderr: string; readonly records: Row[] };
type Row = { readonly [field: string]: unknown };

/** One command with --json on the running stack. */
async function cli(argv: readonly string[], stdin = ''): Promise<Ran> {
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
    read: async (source) => (source === '-' ? stdin : Promise.reject(new Error(`no file ${source}`))),
    user: 'tester',
    randomId: randomUUID,
    clock: systemClock,
  });
  const lines = said.stdout.split('\n').filter((line) => line !== '');
  return { code, ...said, records: lines.map((line) => JSON.parse(line) as Row) };
}

const webhookPortal = () => new URL(portal.url).host.replace(':', '-');
const addWebhook = (...more: string[]) => cli(['portal', 'add', '--webhook', portal.webhookUrl(), ...more]);
const unbind = (name: string, activity: number, ...more: string[]) =>
  cli(['unbind', '--portal', name, '--activity', String(activity), '--element', 'deal:1', ...more]);

describe('portal add', () => {
  test('stores a webhook under a name derived from its host, and prints nothing secret', async () => {
    const { code, records, stdout, stderr } = await addWebhook();

    const host = new URL(portal.url).host;
    expect({ code, records }).toEqual({
      code: 0,
      records: [{ portal: webhookPortal(), kind: 'webhook', host, status: 'added' }],
    });
    expect(stdout + stderr).not.toContain(new URL(portal.webhookUrl()).pathname);
    expect((await stack.stores.grants.read(webhookPortal()))?.grant).toMatchObject({ url: portal.webhookUrl() });
  });

  test('replaces the grant of a known portal', async () => {
    await addWebhook('--member-id', 'twice');

    const { code, records } = await addWebhook('--member-id', 'twice', '--application-token', 'outbound-token');

    expect({ code, records }).toMatchObject({ code: 0, records: [{ portal: 'twice', status: 'replaced' }] });
    expect((await stack.stores.grants.read('twice'))?.grant.applicationToken).toBe('outbound-token');
  });

  test('takes an OAuth grant from the standard input as it is stored, without its time of issue', async () => {
    const { issuedAt: _, ...grant } = portal.issueGrant();

    const { code, records, stdout } = await cli(['portal', 'add', '--oauth', '-'], JSON.stringify(grant));

    expect({ code, records }).toMatchObject({ code: 0, records: [{ portal: 'acme', kind: 'oauth', status: 'added' }] });
    expect(stdout).not.toContain(grant.accessToken);
    expect((await stack.stores.grants.read('acme'))?.grant).toMatchObject({ refreshToken: grant.refreshToken });
  });

  test.each([
    ['no JSON', 'secret', 'the grant must be a JSON object'],
    ['a wrong field', '{"kind":"webhook","url":"secret"}', 'url must be the address'],
    [
      'an address that must not be called',
      '{"kind":"webhook","url":"http://10.0.0.1/rest/1/secret/"}',
      'must be https',
    ],
    [
      'a foreign OAuth server',
      JSON.stringify({
        kind: 'oauth',
        memberId: 'evil',
        clientEndpoint: 'https://acme.bitrix24.com/rest/',
        serverEndpoint: 'https://evil.example/rest/',
        accessToken: 'secret',
        refreshToken: 'secret',
        applicationToken: 'secret',
      }),
      'serverEndpoint must be one of',
    ],
  ])('refuses %s with 2, names the field, and repeats nothing', async (_, grant, problem) => {
    const { code, stdout, stderr } = await cli(['portal', 'add', '--oauth', '-'], grant);

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(problem);
    expect(stderr).not.toContain('secret');
  });

  test('brings a portal whose worker knows only the old grant back to work', async () => {
    const wrong = portal.webhookUrl().replace(/[^/]+\/$/, 'revoked/');
    await cli(['portal', 'add', '--webhook', wrong, '--member-id', 'renewed']);
    const before = await unbind('renewed', 901);

    await addWebhook('--member-id', 'renewed');
    const after = await unbind('renewed', 902);

    expect(before).toMatchObject({ code: 75, stderr: expect.stringContaining('stopped') });
    expect(after).toMatchObject({ code: 0, records: [{ status: 'unbound' }] });
  });
});

describe('portal list', () => {
  test('shows kind and host of each portal, and never the address of a webhook', async () => {
    await addWebhook();

    const { code, records, stdout } = await cli(['portal', 'list']);

    expect(code).toBe(0);
    expect(records).toContainEqual(
      expect.objectContaining({
        portal: webhookPortal(),
        kind: 'webhook',
        state: 'active',
        code: null,
        waitingJobs: 0,
      }),
    );
    expect(stdout).not.toContain(new URL(portal.webhookUrl()).pathname);
  });

  test('shows the jobs that wait for a paused portal', async () => {
    await addWebhook('--member-id', 'resting');
    await cli(['portal', 'pause', 'resting']);
    await unbind('resting', 903);

    const { records } = await cli(['portal', 'list']);

    expect(records).toContainEqual(expect.objectContaining({ portal: 'resting', state: 'paused', waitingJobs: 1 }));
  });

  test('shows a portal that nothing but an installation can bring back', async () => {
    await addWebhook('--member-id', 'uninstalled');
    const stop = { code: 'UNINSTALLED', since: 0, probeAt: Number.MAX_SAFE_INTEGER, probes: 0 };
    await stack.stores.portals.setStop('uninstalled', stop);

    const { records } = await cli(['portal', 'list']);

    expect(records).toContainEqual(
      expect.objectContaining({ portal: 'uninstalled', state: 'stopped', code: 'UNINSTALLED', nextProbeAt: null }),
    );
  });
});

describe('portal check', () => {
  test('says that a webhook works', async () => {
    await addWebhook();

    const { code, records } = await cli(['portal', 'check', webhookPortal()]);

    expect({ code, records }).toMatchObject({ code: 0, records: [{ works: true, kind: 'webhook', restarted: false }] });
  });

  test('says of an application whether its robot is registered', async () => {
    await cli(['portal', 'add', '--oauth', '-'], JSON.stringify(portal.issueGrant()));

    const { code, records } = await cli(['portal', 'check', '--portal', 'acme']);

    expect({ code, records }).toMatchObject({ code: 0, records: [{ robot: 'not registered', subscriptions: 0 }] });
  });

  test('restarts a stopped portal that answers', async () => {
    await addWebhook('--member-id', 'stopped');
    await stop('stopped');

    const { code, records } = await cli(['portal', 'check', 'stopped']);

    expect({ code, records }).toMatchObject({ code: 0, records: [{ works: true, restarted: true }] });
    expect((await stack.stores.portals.read('stopped'))?.stop).toBeNull();
  });

  test('leaves one stopped that does not, and says what to do', async () => {
    const wrong = portal.webhookUrl().replace(/[^/]+\/$/, 'revoked/');
    await cli(['portal', 'add', '--webhook', wrong, '--member-id', 'revoked']);
    await stop('revoked');

    const { code, records, stderr } = await cli(['portal', 'check', 'revoked']);

    expect({ code, records }).toMatchObject({ code: 1, records: [{ works: false, code: expect.any(String) }] });
    expect(stderr).toContain('portal add');
    expect((await stack.stores.portals.read('revoked'))?.stop).not.toBeNull();
  });
});

const stop = (name: string) =>
  stack.stores.portals.setStop(name, { code: 'OVERLOAD_LIMIT', since: 0, probeAt: Date.now() + 900_000, probes: 0 });

describe('unbind', () => {
  beforeAll(() => addWebhook('--member-id', 'unbinding'));

  test('removes the binding, prints the outcome, and ends with 0; a second time too', async () => {
    const first = await unbind('unbinding', 910);
    const second = await unbind('unbinding', 910);

    const binding = { portal: 'unbinding', activityId: 910, entityTypeId: 2, entityId: 1, trigger: 'cli' };
    expect(first).toMatchObject({ code: 0, records: [{ ...binding, status: 'unbound', cause: 'cli tester' }] });
    expect(second).toMatchObject({ code: 0, records: [{ ...binding, status: 'already_unbound' }] });
    expect(await bindingsOf(910)).toEqual(['3:5']);
  });

  test('takes several activities, each once', async () => {
    const ran = await unbind('unbinding', 911, '--activity', '912', '--activity', '911');

    expect(ran.code).toBe(0);
    expect(ran.records.map(({ activityId }) => activityId).sort()).toEqual([911, 912]);
  });

  test('ends with 1 and says what to do when the binding is the last one', async () => {
    const ran = await cli(['unbind', '--portal', 'unbinding', '--activity', '999', '--element', 'D_2']);

    expect(ran).toMatchObject({ code: 1, records: [{ status: 'refused', code: 'LAST_BINDING_CANNOT_BE_DELETED' }] });
    expect(ran.stderr).toContain('the only binding');
  });

  test('ends with 1 when one of several activities does not exist', async () => {
    const ran = await unbind('unbinding', 913, '--activity', '404');

    expect(ran.code).toBe(1);
    expect(ran.records.map(({ status }) => status).sort()).toEqual(['refused', 'unbound']);
    expect(ran.stderr).toContain('Activity 404 and deal:1: refused, NOT_FOUND: there is no activity with this id');
  });

  test('knows only portals that were added, and names them', async () => {
    const ran = await unbind('nobody', 914);

    expect(ran).toMatchObject({ code: 1, stdout: '' });
    expect(ran.stderr).toContain('unbinding');
  });

  test('ends with 75 and the id when the time is over; the job goes on', async () => {
    const { code, records } = await unbind('unbinding', 915, '--wait', '0s');

    expect({ code, records }).toEqual({
      code: 75,
      records: [{ portal: 'unbinding', id: expect.stringMatching(/^cli:/), status: 'accepted' }],
    });
    await untilUnbound(915);
  });

  test.each([
    ['paused', (name: string) => cli(['portal', 'pause', name]), 'The portal is paused'],
    ['stopped', stop, 'The portal is stopped: OVERLOAD_LIMIT'],
  ])('says at once that the portal is %s, and the job goes on after portal resume', async (state, hold, remark) => {
    const activity = state === 'paused' ? 916 : 917;
    await addWebhook('--member-id', state);
    await hold(state);

    const startedAt = performance.now();
    const { code, stderr } = await unbind(state, activity);
    const tookMs = performance.now() - startedAt;
    await cli(['portal', 'resume', '--portal', state]);

    expect({ code, stderr }).toEqual({ code: 75, stderr: expect.stringContaining(remark) });
    expect(tookMs).toBeLessThan(5_000);
    await untilUnbound(activity);
  });
});

async function untilUnbound(activity: number): Promise<void> {
  while ((await bindingsOf(activity)).length > 1) await systemClock.sleep(5);
}

const bindingsOf = async (activity: number): Promise<string[]> =>
  portal
    .world()
    .bindings.rows(activity)
    .map(({ entityTypeId, entityId }) => `${entityTypeId}:${entityId}`);

describe('outcomes', () => {
  beforeAll(async () => {
    await addWebhook('--member-id', 'recorded');
    await unbind('recorded', 920);
    await unbind('recorded', 921);
    await cli(['unbind', '--portal', 'recorded', '--activity', '999', '--element', 'deal:2']);
  });

  test('shows the newest first, as JSON objects of the documented form', async () => {
    const { code, records } = await cli(['outcomes', '--portal', 'recorded']);

    expect(code).toBe(0);
    expect(records.map(({ activityId }) => activityId)).toEqual([999, 921, 920]);
    expect(Object.keys(records[0] ?? {}).sort()).toEqual([
      'activityId',
      'at',
      'attempts',
      'cause',
      'code',
      'durationMs',
      'entityId',
      'entityTypeId',
      'id',
      'portal',
      'status',
      'trigger',
    ]);
  });

  test.each([
    ['--activity', '921', [921]],
    ['--status', 'refused', [999]],
    ['--limit', '2', [999, 921]],
    ['--since', '1h', [999, 921, 920]],
    ['--since', '0s', []],
  ])('narrows by %s %s', async (option, value, activities) => {
    const { code, records } = await cli(['outcomes', '--portal', 'recorded', option, value]);

    expect(code).toBe(0);
    expect(records.map(({ activityId }) => activityId)).toEqual(activities);
  });

  test('of all portals are shown together', async () => {
    await addWebhook('--member-id', 'another');
    await unbind('another', 922);

    const { records } = await cli(['outcomes', '--limit', '2']);

    expect(records).toMatchObject([
      { portal: 'another', activityId: 922 },
      { portal: 'recorded', activityId: 999 },
    ]);
  });
});

describe('rules', () => {
  beforeAll(() => addWebhook('--member-id', 'ruled'));

  test('shows the ones that ship, switched off, until others are set', async () => {
    const { records, stderr } = await cli(['rules', 'list', '--portal', 'ruled']);

    expect(records).toMatchObject([{ name: 'lost-deals', enabled: false }]);
    expect(stderr).toContain('none is switched on');
  });

  test('takes back what it has printed', async () => {
    const rules = [
      { name: 'lost-deals', element: 'deal', when: { stage: 'failed' }, activities: { olderThanDays: 30 } },
      { name: 'converted', enabled: false, element: 'lead', when: { stage: 'success', alsoBoundTo: ['deal'] } },
    ];
    const set = await cli(['rules', 'set', '-', '--portal', 'ruled'], JSON.stringify(rules));
    const listed = await cli(['rules', 'list', '--portal', 'ruled']);
    const again = await cli(['rules', 'set', '-', '--portal', 'ruled'], listed.stdout);

    expect(set).toMatchObject({ code: 0, records: [{ portal: 'ruled', rules: 2, enabled: 1 }] });
    expect(listed.records).toEqual(rules);
    expect(again.code).toBe(0);
    expect((await cli(['rules', 'list', '--portal', 'ruled'])).stdout).toBe(listed.stdout);
  });

  test('names each problem on a line of its own, and keeps the rules as they were', async () => {
    const before = await stack.stores.portals.readRules('ruled');
    const rules = [
      { name: 'one', element: 'dael' },
      { name: 'two', element: 'deal', when: { stage: 'lost' } },
    ];

    const { code, stdout, stderr } = await cli(['rules', 'set', '-', '--portal', 'ruled'], JSON.stringify(rules));

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.trimEnd().split('\n')).toEqual([
      expect.stringContaining('Rule "one", field "element"'),
      expect.stringContaining('Rule "two", field "when.stage"'),
    ]);
    expect(await stack.stores.portals.readRules('ruled')).toBe(before);
  });
});

describe('app set', () => {
  test('stores the secret from the standard input, does not print it, and restarts who waited for it', async () => {
    await addWebhook('--member-id', 'waiting');
    const code = 'APP_CREDENTIALS_MISSING';
    await stack.stores.portals.setStop('waiting', { code, since: 0, probeAt: Date.now() + 900_000, probes: 0 });

    const ran = await cli(['app', 'set', '--client-id', 'local.1', '--client-secret-stdin'], 's3cr3t\n');

    expect(ran).toMatchObject({
      code: 0,
      records: [{ clientId: 'local.1', status: 'stored', restarted: ['waiting'] }],
    });
    expect(ran.stdout + ran.stderr).not.toContain('s3cr3t');
    expect(await stack.stores.grants.readApp()).toEqual({ clientId: 'local.1', clientSecret: 's3cr3t' });
  });

  test('needs a secret', async () => {
    const ran = await cli(['app', 'set', '--client-id', 'local.1', '--client-secret-stdin'], '\n');

    expect(ran).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('standard input is empty') });
  });
});

describe('portal remove', () => {
  test('forgets the grant and the portal; adding it again brings both back', async () => {
    await addWebhook('--member-id', 'leaving');

    const removed = await cli(['portal', 'remove', 'leaving']);
    const gone = await cli(['portal', 'remove', 'leaving']);
    const grant = await stack.stores.grants.read('leaving');
    const added = await addWebhook('--member-id', 'leaving');

    expect(removed).toMatchObject({ code: 0, records: [{ portal: 'leaving', status: 'removed' }] });
    expect(gone.code).toBe(1);
    expect(grant).toBeNull();
    expect(added.code).toBe(0);
    expect(await unbind('leaving', 930)).toMatchObject({ code: 0 });
  });
});
