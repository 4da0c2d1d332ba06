import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { awsClients } from '../../../lib/aws/aws-clients.ts';
import { type CliStage, openCliStage } from '../../support/stage/cli-stage.ts';

let stage: CliStage;
beforeAll(async () => {
  stage = await openCliStage();
});
afterAll(() => stage.close());

/** The name that is derived from the host of the portal's webhook. */
const derived = () => new URL(stage.portal.url).host.replace(':', '-');
const addDerived = () => stage.cli(['portal', 'add', '--webhook', stage.portal.webhookUrl()]);

describe('portal add', () => {
  test('stores a webhook under a name derived from its host, and prints nothing secret', async () => {
    const { code, records, stdout, stderr } = await addDerived();

    const host = new URL(stage.portal.url).host;
    expect({ code, records }).toEqual({
      code: 0,
      records: [{ portal: derived(), kind: 'webhook', host, status: 'added' }],
    });
    expect(stdout + stderr).not.toContain(new URL(stage.portal.webhookUrl()).pathname);
    expect((await stage.stack.stores.grants.read(derived()))?.grant).toMatchObject({ url: stage.portal.webhookUrl() });
  });

  test('replaces the grant of a known portal', async () => {
    await stage.addWebhook('twice');

    const { code, records } = await stage.addWebhook('twice', '--application-token', 'outbound-token');

    expect({ code, records }).toMatchObject({ code: 0, records: [{ portal: 'twice', status: 'replaced' }] });
    expect((await stage.stack.stores.grants.read('twice'))?.grant.applicationToken).toBe('outbound-token');
  });

  test('takes an OAuth grant from the standard input as it is stored, without its time of issue', async () => {
    const { issuedAt: _, ...grant } = stage.portal.issueGrant();

    const { code, records, stdout } = await stage.cli(['portal', 'add', '--oauth', '-'], JSON.stringify(grant));

    expect({ code, records }).toMatchObject({ code: 0, records: [{ portal: 'acme', kind: 'oauth', status: 'added' }] });
    expect(stdout).not.toContain(grant.accessToken);
    expect((await stage.stack.stores.grants.read('acme'))?.grant).toMatchObject({ refreshToken: grant.refreshToken });
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
    const { code, stdout, stderr } = await stage.cli(['portal', 'add', '--oauth', '-'], grant);

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(problem);
    expect(stderr).not.toContain('secret');
  });

  test('lets a portal work again whose worker knows only the old grant', async () => {
    const wrong = stage.portal.webhookUrl().replace(/[^/]+\/$/, 'revoked/');
    await stage.cli(['portal', 'add', '--webhook', wrong, '--member-id', 'renewed']);
    const before = await stage.unbind('renewed', 901);

    await stage.addWebhook('renewed');
    const after = await stage.unbind('renewed', 902);

    expect(before).toMatchObject({ code: 75, stderr: expect.stringContaining('stopped') });
    expect(after).toMatchObject({ code: 0, records: [{ status: 'unbound' }] });
  });
});

describe('portal list', () => {
  test('shows kind and host of each portal, and never the address of a webhook', async () => {
    await addDerived();

    const { code, records, stdout } = await stage.cli(['portal', 'list']);

    expect(code).toBe(0);
    expect(records).toContainEqual(
      expect.objectContaining({
        portal: derived(),
        kind: 'webhook',
        state: 'active',
        code: null,
        waitingJobs: 0,
      }),
    );
    expect(stdout).not.toContain(new URL(stage.portal.webhookUrl()).pathname);
  });

  test('shows the jobs that wait for a paused portal', async () => {
    await stage.addWebhook('resting');
    await stage.cli(['portal', 'pause', 'resting']);
    await stage.unbind('resting', 903);

    const { records } = await stage.cli(['portal', 'list']);

    expect(records).toContainEqual(expect.objectContaining({ portal: 'resting', state: 'paused', waitingJobs: 1 }));
  });

  test('shows a portal that only an installation can bring back', async () => {
    await stage.addWebhook('uninstalled');
    const stop = { code: 'UNINSTALLED', since: 0, probeAt: Number.MAX_SAFE_INTEGER, probes: 0 };
    await stage.stack.stores.portals.setStop('uninstalled', stop);

    const { records } = await stage.cli(['portal', 'list']);

    expect(records).toContainEqual(
      expect.objectContaining({ portal: 'uninstalled', state: 'stopped', code: 'UNINSTALLED', nextProbeAt: null }),
    );
  });
});

describe('portal check', () => {
  test('reports that a webhook works', async () => {
    await addDerived();

    const { code, records } = await stage.cli(['portal', 'check', derived()]);

    expect({ code, records }).toMatchObject({ code: 0, records: [{ works: true, kind: 'webhook', restarted: false }] });
  });

  test('reports whether the robot of an application is registered', async () => {
    await stage.cli(['portal', 'add', '--oauth', '-'], JSON.stringify(stage.portal.issueGrant()));

    const { code, records } = await stage.cli(['portal', 'check', '--portal', 'acme']);

    expect({ code, records }).toMatchObject({ code: 1, records: [{ robot: 'not registered', subscriptions: 0 }] });
  });

  test('restarts a stopped portal that answers', async () => {
    await stage.addWebhook('stopped');
    await stage.stop('stopped');

    const { code, records } = await stage.cli(['portal', 'check', 'stopped']);

    expect({ code, records }).toMatchObject({ code: 0, records: [{ works: true, restarted: true }] });
    expect((await stage.stack.stores.portals.read('stopped'))?.stop).toBeNull();
  });

  test('leaves a portal stopped that does not answer, and says what to do', async () => {
    const wrong = stage.portal.webhookUrl().replace(/[^/]+\/$/, 'revoked/');
    await stage.cli(['portal', 'add', '--webhook', wrong, '--member-id', 'revoked']);
    await stage.stop('revoked');

    const { code, records, stderr } = await stage.cli(['portal', 'check', 'revoked']);

    expect({ code, records }).toMatchObject({ code: 1, records: [{ works: false, code: expect.any(String) }] });
    expect(stderr).toContain('portal add');
    expect((await stage.stack.stores.portals.read('revoked'))?.stop).not.toBeNull();
  });
});

describe('a secret that was broken by hand', () => {
  test('is explained by portal check, stands in no way of portal list, and is mended by portal add', async () => {
    await stage.addWebhook('broken');
    const { stores, config } = stage.stack;
    const { secrets } = awsClients(config);
    const SecretId = `${config.secretPrefix}/portals/broken`;
    await secrets.send(new PutSecretValueCommand({ SecretId, SecretString: '{"kind":"webhook"' }));
    secrets.destroy();

    const checked = await stage.cli(['portal', 'check', 'broken']);
    const listed = await stage.cli(['portal', 'list']);

    expect(checked).toMatchObject({ code: 1, records: [{ works: false, code: 'GRANT_UNREADABLE' }] });
    expect(checked.stderr).toContain('restore its previous version');
    expect(listed.records).toContainEqual(expect.objectContaining({ portal: 'broken', kind: null }));

    await stage.addWebhook('broken');
    expect((await stores.grants.read('broken'))?.grant.kind).toBe('webhook');
  });
});

describe('portal remove', () => {
  test('reports that the rules are removed as well', async () => {
    await stage.addWebhook('ruled');
    await stage.cli(['rules', 'enable', 'lost-deals', '--portal', 'ruled']);

    const { records, stderr } = await stage.cli(['portal', 'remove', 'ruled']);

    expect(records).toMatchObject([{ status: 'removed', rules: 5 }]);
    expect(stderr).toContain('Its rules were removed as well (5 rules)');
  });

  test('deletes the grant and the portal; adding it again restores both', async () => {
    await stage.addWebhook('leaving');

    const removed = await stage.cli(['portal', 'remove', 'leaving']);
    const gone = await stage.cli(['portal', 'remove', 'leaving']);
    const grant = await stage.stack.stores.grants.read('leaving');
    const added = await stage.addWebhook('leaving');

    expect(removed).toMatchObject({ code: 0, records: [{ portal: 'leaving', status: 'removed' }] });
    expect(gone.code).toBe(1);
    expect(removed.stderr).not.toContain('rules');
    expect(grant).toBeNull();
    expect(added.code).toBe(0);
    expect(await stage.unbind('leaving', 930)).toMatchObject({ code: 0 });
  });
});
