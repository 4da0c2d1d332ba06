import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type CliStage, openCliStage } from '../../support/stage/cli-stage.ts';

let stage: CliStage;
beforeAll(async () => {
  stage = await openCliStage();
});
afterAll(() => stage.close());

describe('outcomes', () => {
  beforeAll(async () => {
    await stage.addWebhook('recorded');
    await stage.unbind('recorded', 920);
    await stage.unbind('recorded', 921);
    await stage.cli(['unbind', '--portal', 'recorded', '--activity', '999', '--element', 'deal:2']);
  });

  test('shows the newest first, as JSON objects of the documented form', async () => {
    const { code, records } = await stage.cli(['outcomes', '--portal', 'recorded']);

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
  ])('filters by %s %s', async (option, value, activities) => {
    const { code, records } = await stage.cli(['outcomes', '--portal', 'recorded', option, value]);

    expect(code).toBe(0);
    expect(records.map(({ activityId }) => activityId)).toEqual(activities);
  });

  test.each([
    ['are all there are', '3', ''],
    ['are not all', '2', 'These are the newest 2. --limit shows more'],
  ])('says whether those shown %s', async (_, limit, said) => {
    const { stderr } = await stage.cli(['outcomes', '--portal', 'recorded', '--limit', limit]);

    expect(stderr).toEqual(said === '' ? '' : expect.stringContaining(said));
  });

  test.each([
    ['a portal', ['--portal', 'nosuch'], 'There is no portal nosuch here. Known portals: '],
    ['a run', ['--run', 'apply:nosuch:1'], 'Run or job apply:nosuch:1 does not exist'],
    ['a run of the portal', ['--portal', 'recorded', '--run', 'x'], 'Run or job x of recorded does not exist'],
  ])('tells %s that exists from one that never did', async (_, args, reason) => {
    const ran = await stage.cli(['outcomes', ...args]);

    expect(ran).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(reason) });
  });

  test('can still be listed for a removed portal, and for a job that did nothing', async () => {
    await stage.addWebhook('removed');
    await stage.unbind('removed', 923);
    await stage.cli(['portal', 'remove', 'removed']);
    const job = { portal: 'recorded', id: 'cli:idle', lane: 'robot', trigger: 'cli', cause: 'cli' } as const;
    const task = { kind: 'unbind', element: { entityTypeId: 2, entityId: 1 }, activities: [], filter: null } as const;
    await stage.stack.stores.jobs.add({ ...job, task }, Date.now() + 900_000);

    const removed = await stage.cli(['outcomes', '--portal', 'removed']);
    const idle = await stage.cli(['outcomes', '--run', 'cli:idle']);

    expect(removed).toMatchObject({ code: 0, records: [{ activityId: 923 }] });
    expect(idle).toMatchObject({ code: 0, stdout: '', stderr: 'No outcomes match.\n' });
  });

  test('of all portals are shown together', async () => {
    await stage.addWebhook('another');
    await stage.unbind('another', 922);

    const { records } = await stage.cli(['outcomes', '--limit', '2']);

    expect(records).toMatchObject([
      { portal: 'another', activityId: 922 },
      { portal: 'recorded', activityId: 999 },
    ]);
  });
});

describe('rules', () => {
  beforeAll(() => stage.addWebhook('ruled'));

  test('shows the built-in ones, disabled, until others are set', async () => {
    const { records, stderr } = await stage.cli(['rules', 'list', '--portal', 'ruled']);

    expect(records).toContainEqual(expect.objectContaining({ name: 'lost-deals', element: 'deal' }));
    expect(records.filter(({ enabled }) => enabled !== false)).toEqual([]);
    expect(stderr).toContain('none is enabled');
  });

  test('accepts what it has printed', async () => {
    const rules = [
      { name: 'lost-deals', element: 'deal', when: { stage: 'failed' }, activities: { olderThanDays: 30 } },
      { name: 'converted', enabled: false, element: 'lead', when: { stage: 'success', alsoBoundTo: ['deal'] } },
    ];
    const set = await stage.cli(['rules', 'set', '-', '--portal', 'ruled'], JSON.stringify(rules));
    const listed = await stage.cli(['rules', 'list', '--portal', 'ruled']);
    const again = await stage.cli(['rules', 'set', '-', '--portal', 'ruled'], listed.stdout);

    expect(set).toMatchObject({ code: 0, records: [{ portal: 'ruled', rules: 2, enabled: 1 }] });
    expect(listed.records).toEqual(rules);
    expect(again.code).toBe(0);
    expect((await stage.cli(['rules', 'list', '--portal', 'ruled'])).stdout).toBe(listed.stdout);
  });

  test('names each problem on a line of its own, and keeps the rules as they were', async () => {
    const before = await stage.stack.stores.portals.readRules('ruled');
    const rules = [
      { name: 'one', element: 'dael' },
      { name: 'two', element: 'deal', when: { stage: 'lost' } },
    ];

    const { code, records, stderr } = await stage.cli(
      ['rules', 'set', '-', '--portal', 'ruled'],
      JSON.stringify(rules),
    );

    const problems = [
      expect.stringContaining('Rule "one", field "element"'),
      expect.stringContaining('Rule "two", field "when.stage"'),
    ];
    expect(code).toBe(1);
    expect(records).toEqual(problems.map((problem) => ({ status: 'rejected', problem })));
    expect(stderr.trimEnd().split('\n')).toEqual(problems);
    expect(await stage.stack.stores.portals.readRules('ruled')).toBe(before);
  });
});

describe('app set', () => {
  test('stores the secret from the standard input, does not print it, and restarts the portals that waited for it', async () => {
    await stage.addWebhook('waiting');
    const code = 'APP_CREDENTIALS_MISSING';
    await stage.stack.stores.portals.setStop('waiting', { code, since: 0, probeAt: Date.now() + 900_000, probes: 0 });

    const ran = await stage.cli(['app', 'set', '--client-id', 'local.1', '--client-secret-stdin'], 's3cr3t\n');

    expect(ran).toMatchObject({
      code: 0,
      records: [{ clientId: 'local.1', status: 'stored', restarted: ['waiting'] }],
    });
    expect(ran.stdout + ran.stderr).not.toContain('s3cr3t');
    expect(await stage.stack.stores.grants.readApp()).toEqual({ clientId: 'local.1', clientSecret: 's3cr3t' });
  });

  test('needs a secret', async () => {
    const ran = await stage.cli(['app', 'set', '--client-id', 'local.1', '--client-secret-stdin'], '\n');

    expect(ran).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('standard input is empty') });
  });
});
