import { GetQueueUrlCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { awsClients } from '../../../lib/aws/aws-clients.ts';
import { namesOf } from '../../../lib/config.ts';
import { type DoorStage, openDoor } from '../../support/stage/installation-stage.ts';

const DAY = 86_400_000;

/** What the portal says about the application that is unusual. */
let appFields: { readonly [field: string]: unknown } = {};
const appInfo = { scope: null, run: () => ({ ID: 1, LICENSE: 'basic', INSTALLED: true, ...appFields }) };

let door: DoorStage;
beforeEach(async () => {
  appFields = {};
  door = await openDoor({ 'app.info': appInfo });
});
afterEach(() => door.close());

const doctor = () => door.cli(['doctor']);
const installed = async (): Promise<void> => {
  await door.appSet();
  await door.install();
};

describe('doctor', () => {
  it('says that all is well, and exits with 0 only then', async () => {
    await installed();

    expect(await doctor()).toMatchObject({ code: 0, records: [{ status: 'ok', portals: 1 }] });
  });

  it('says what to do first', async () => {
    expect(await doctor()).toMatchObject({ code: 1, records: [{ portal: null, problem: 'NO_PORTALS' }] });
  });

  it('is content with a webhook that works', async () => {
    await door.cli(['portal', 'add', '--webhook', door.portal.webhookUrl(), '--member-id', 'hook']);

    expect(await doctor()).toMatchObject({ code: 0 });
  });

  it('finds installations that wait for the credentials of the application', async () => {
    await door.install();

    const { code, records } = await doctor();

    expect({ code, records }).toMatchObject({
      code: 1,
      records: [
        {
          portal: 'acme',
          problem: 'UNCONFIRMED',
          advice: expect.stringContaining('cli -- app set --client-id CLIENT_ID'),
        },
      ],
    });
  });

  it('finds a grant without the credentials of the application', async () => {
    door.portal.install();
    await door.cli(['portal', 'add', '--oauth', '-'], JSON.stringify(door.portal.issueGrant()));

    const { code, records } = await doctor();

    expect(code).toBe(1);
    expect(records.map(({ problem }) => problem)).toEqual([
      'APP_CREDENTIALS_MISSING',
      'ROBOT_MISSING',
      'EVENTS_MISSING',
    ]);
  });

  it('repairs the registration with --fix', async () => {
    await installed();
    door.portal.crm().robots.length = 0;
    door.portal.crm().subscriptions.length = 0;

    const before = await doctor();
    const fixed = await door.cli(['doctor', '--fix']);

    expect(before.records.map(({ problem }) => problem)).toEqual(['ROBOT_MISSING', 'EVENTS_MISSING']);
    expect(fixed).toMatchObject({ code: 0, records: [{ status: 'ok' }] });
  });

  it.each([
    ['a right that was taken away', 'SCOPE_MISSING', () => withoutScope()],
    ['another application', 'CLIENT_ID_MISMATCH', () => otherCredentials()],
    ['a subscription that has ended', 'SUBSCRIPTION_EXPIRED', async () => appSays({ PAYMENT_EXPIRED: 'Y' })],
    ['an installation that was not finished', 'INSTALLATION_NOT_FINISHED', async () => appSays({ INSTALLED: false })],
    ['an OAuth server that is silent', 'OAUTH_UNANSWERED', async () => silence()],
  ])('finds %s', async (_, problem, spoil) => {
    await installed();
    await spoil();

    const { code, records } = await doctor();

    expect(code).toBe(1);
    expect(records).toContainEqual(expect.objectContaining({ portal: 'acme', problem }));
  });

  it('finds a webhook whose events cannot arrive, once there are rules that want them', async () => {
    const add = ['portal', 'add', '--webhook', door.portal.webhookUrl(), '--member-id', 'hook'];
    await door.cli(add);
    await door.cli(['rules', 'enable', 'lost-deals', '--portal', 'hook']);

    const without = await doctor();
    const checked = await door.cli(['portal', 'check', 'hook']);
    await door.cli([...add, '--application-token', 'outbound']);
    const withToken = await doctor();

    expect(without).toMatchObject({ code: 1, records: [{ portal: 'hook', problem: 'EVENTS_CANNOT_ARRIVE' }] });
    expect(without.records[0]?.advice).toContain(`${door.stack.url}/event`);
    expect(checked).toMatchObject({ code: 1, records: [{ differences: [{ problem: 'EVENTS_CANNOT_ARRIVE' }] }] });
    expect(withToken).toMatchObject({ code: 0 });
  });

  it('finds a paused portal, and says how to resume it', async () => {
    await installed();
    await door.cli(['portal', 'pause', 'acme']);

    const { code, records } = await doctor();

    expect({ code, records }).toMatchObject({ code: 1, records: [{ portal: 'acme', problem: 'PAUSED' }] });
    expect(records[0]?.advice).toContain('portal resume --portal acme');
  });

  it('finds a portal that has removed the application', async () => {
    await installed();
    await door.uninstall();

    expect(await doctor()).toMatchObject({
      code: 1,
      records: [{ portal: 'acme', problem: 'APPLICATION_UNINSTALLED' }],
    });
  });

  it('finds a stopped portal and says why and what to do', async () => {
    await installed();
    const stop = { code: 'OVERLOAD_LIMIT', since: 0, probeAt: door.clock.now() + DAY, probes: 3 };
    await door.stack.stores.portals.setStop('acme', stop);

    const { code, records } = await doctor();

    expect({ code, records }).toMatchObject({ code: 1, records: [{ problem: 'STOPPED' }] });
    expect(records[0]?.advice).toContain("only Bitrix24's support can lift the block");
  });

  it('finds jobs that nobody works on', async () => {
    await installed();
    const { jobs } = door.stack.stores;
    const task = { kind: 'unbind', element: { entityTypeId: 2, entityId: 1 }, activities: [1], filter: null } as const;
    const job = { portal: 'acme', id: 'cli:1', lane: 'robot', trigger: 'cli', cause: 'cli tester', task } as const;
    await jobs.add(job, door.clock.now() - 3_600_000);

    expect((await doctor()).records).toContainEqual(expect.objectContaining({ problem: 'JOBS_FORGOTTEN' }));
  });

  it('finds wake-ups that were given up', async () => {
    await installed();
    const { sqs } = awsClients(door.stack.config);
    const { QueueUrl = '' } = await sqs.send(new GetQueueUrlCommand({ QueueName: namesOf('local').deadLetterQueue }));
    const url = `${new URL(door.stack.config.queueUrl).origin}${new URL(QueueUrl).pathname}`;
    const wakeUp = { MessageBody: '{}', MessageGroupId: 'acme', MessageDeduplicationId: '1' };
    await sqs.send(new SendMessageCommand({ QueueUrl: url, ...wakeUp }));
    sqs.destroy();

    expect(await doctor()).toMatchObject({ code: 1, records: [{ portal: null, problem: 'DEAD_BELLS' }] });
  });

  it('finds that nobody answers at our address', async () => {
    await installed();
    Object.assign(door.stack.config, { publicUrl: 'http://127.0.0.1:9' });

    expect((await doctor()).records).toContainEqual(
      expect.objectContaining({ portal: null, problem: 'HANDLERS_UNREACHABLE' }),
    );
  });

  it('calls nothing secret by its name', async () => {
    await installed();
    const grant = await door.grant();

    const said = JSON.stringify([
      await doctor(),
      await door.cli(['portal', 'check']),
      await door.cli(['portal', 'list']),
    ]);

    for (const secret of [grant?.accessToken, grant?.refreshToken, grant?.applicationToken]) {
      expect(said).not.toContain(secret);
    }
  });
});

async function withoutScope(): Promise<void> {
  const { oauth, clientId } = door.portal;
  const application = oauth.application(clientId);
  if (application !== undefined) application.scope = ['crm'];
  door.portal.expireTokens();
  await door.install();
}

const otherCredentials = () => door.stack.stores.grants.writeApp({ clientId: 'local.another', clientSecret: 'secret' });

function appSays(fields: typeof appFields): void {
  appFields = fields;
}

const silence = (): void => door.portal.oauth.script({ method: 'app.info', kind: 'close', times: 9 });
