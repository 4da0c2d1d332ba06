import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import type { Context } from 'aws-lambda';
import { wire as wireEvent } from '../../../functions/event.ts';
import { wire as wireInstall } from '../../../functions/install.ts';
import { wire as wireRobot } from '../../../functions/robot.ts';
import { awsClients } from '../../../lib/aws/aws-clients.ts';
import { awsStores } from '../../../lib/aws/aws-stores.ts';
import { powertoolsLog } from '../../../lib/aws/lambda/powertools-log.ts';
import { gotRestClient } from '../../../lib/bitrix24/rest/got-rest-client.ts';
import { httpPost } from '../../../lib/bitrix24/rest/http-post.ts';
import { oauthClient } from '../../../lib/bitrix24/rest/oauth-client.ts';
import { systemClock } from '../../../lib/clock.ts';
import type { Config } from '../../../lib/config.ts';
import { parseGrant } from '../../../lib/portal/grant-json.ts';
import { everythingIn } from './everything-in.ts';
import { outboundBody } from './own-call.ts';
import type { SecretStage } from './secret-stage.ts';

/** Nobody listens there. */
const DEAD = 'http://127.0.0.1:1';

/** Everything that could be printed of what is thrown or returned when the other side is not there. */
export async function thrownErrors(stage: SecretStage): Promise<string[]> {
  const shown = [
    ...(await Promise.allSettled(clients(stage))),
    ...(await Promise.allSettled(functions(stage))),
    // What is said of a grant that cannot be read.
    ...(await Promise.allSettled(await broken(stage))),
  ];
  // What a store returns is a grant, which is meant to hold its secrets.
  const stored = [...(await Promise.allSettled(stores(stage))), ...(await Promise.allSettled(disturbed(stage)))];
  const failed = stored.filter((outcome) => outcome.status === 'rejected');
  if (failed.length < 8) throw new Error(`only ${failed.length} stores failed`);
  return [...shown, ...failed].map((outcome) =>
    everythingIn(outcome.status === 'rejected' ? outcome.reason : outcome.value),
  );
}

function clients({ portal, oauth }: SecretStage): Promise<unknown>[] {
  const { accessToken, refreshToken } = portal.issueGrant();
  const { clientId } = portal;
  const credentials = { clientId, clientSecret: oauth.clientSecret };
  const dead = oauthClient({ hosts: [DEAD], timeoutMs: 500 });
  const rest = gotRestClient({ clock: systemClock, timeoutMs: 500, allowHttp: true });
  const call = { method: 'crm.activity.binding.list', params: { activityId: 1, EVENT_TOKEN: accessToken } };
  const body = `auth=${accessToken}`;
  const post = { contentType: 'text/plain', body, userAgent: 'test', timeoutMs: 500 };
  return [
    dead.refresh(`${DEAD}/rest/`, credentials, refreshToken),
    dead.appInfo(`${DEAD}/rest/`, accessToken),
    oauthClient({ hosts: [oauth.url] }).refresh(oauth.serverEndpoint, credentials, `${refreshToken}x`),
    rest.send({ url: `${DEAD}/rest/`, accessToken }, call),
    rest.send({ url: portal.webhookUrl().replace(/\d+\/rest/, '1/rest'), accessToken: null }, call),
    rest.send({ url: `https://user:${accessToken}@acme.bitrix24.com/rest/`, accessToken }, call),
    httpPost({ ...post, url: `${DEAD}/${accessToken}` }),
    httpPost({ ...post, url: `no url ${accessToken}` }),
    httpPost({ ...post, url: `${portal.webhookUrl()}\u0000` }),
    httpPost({ ...post, url: oauth.url, contentType: `${accessToken}\n` }),
    Promise.resolve(parseGrant({ ...portal.issueGrant(), scope: 7 })),
    Promise.resolve(parseGrant({ kind: 'webhook', url: `${portal.webhookUrl()}?x` })),
  ];
}

/** Stores whose services cannot be reached. */
function stores({ portal, oauth, stack }: SecretStage): Promise<unknown>[] {
  const { grants, pendingGrants, jobs } = awsStores(without(stack.config, 'secretsManager', 'dynamodb', 'sqs'));
  const grant = portal.issueGrant();
  const { accessToken, refreshToken, applicationToken, serverEndpoint, memberId } = grant;
  const offer = {
    memberId,
    applicationToken,
    accessToken,
    refreshToken,
    serverEndpoint,
    clientId: null,
    keptAt: 0,
    announcedAt: null,
  };
  const job = {
    portal: memberId,
    id: 'robot:x',
    lane: 'robot',
    trigger: 'robot',
    cause: 'w',
    task: { kind: 'register' },
  } as const;
  return [
    grants.read(memberId),
    grants.write(grant, null),
    grants.write(grant, '00000000-0000-4000-8000-000000000000'),
    grants.write({ ...grant, memberId: accessToken.repeat(2) }, null),
    grants.writeApp({ clientId: portal.clientId, clientSecret: oauth.clientSecret }),
    pendingGrants.keep(offer),
    jobs.add({ ...job, eventToken: accessToken }, 0),
  ];
}

/** Functions that cannot reach one of their services. */
function functions({ portal, stack }: SecretStage): Promise<unknown>[] {
  const log = powertoolsLog('local');
  const services = ['secretsManager', 'dynamodb', 'sqs'] as const;
  return services.flatMap((service) => {
    const runtime = { config: without(stack.config, service), log, clock: systemClock };
    const [robot, event, install] = [wireRobot(runtime), wireEvent(runtime), wireInstall(runtime)];
    const context = { awsRequestId: 'x' } as Context;
    return [
      robot(gatewayEvent(robotBody(portal)), context),
      event(gatewayEvent(outboundBody(portal, { event: 'ONCRMDEALUPDATE', data: { FIELDS: { ID: 7 } } })), context),
      install(gatewayEvent(outboundBody(portal, { event: 'ONAPPINSTALL' }, { withRefresh: true })), context),
      install(gatewayEvent(outboundBody(portal, { event: 'ONAPPUNINSTALL' })), context),
    ];
  });
}

/** A Secrets Manager that answers with errors that repeat a part of what was sent. */
function disturbed({ portal, stack }: SecretStage): Promise<unknown>[] {
  const grant = portal.issueGrant();
  const { secretsManager } = stack.aws;
  const errors = ['EncryptionFailure', 'LimitExceededException', 'ThrottlingException'];
  secretsManager.disturb(...errors.map((code) => ({ kind: 'error', code, status: 400 }) as const));
  return errors.map(() => stack.stores.grants.write({ ...grant, memberId: 'disturbed' }, null));
}

/** Secrets that were edited by hand and broken: JSON.parse quotes what it cannot read. */
async function broken({ portal, stack }: SecretStage): Promise<Promise<unknown>[]> {
  const config = { ...stack.config, secretPrefix: 'broken' };
  const { secrets } = awsClients(config);
  const { accessToken } = portal.issueGrant();
  const texts = {
    app: `s=${accessToken}`,
    'portals/text': accessToken,
    'portals/half': `{"accessToken":"${accessToken}`,
  };
  for (const [name, SecretString] of Object.entries(texts)) {
    await secrets.send(new CreateSecretCommand({ Name: `broken/${name}`, SecretString }));
  }
  secrets.destroy();
  const { grants } = awsStores(config);
  return [grants.readApp(), grants.read('text'), grants.read('half')];
}

const robotBody = (portal: SecretStage['portal']): string =>
  outboundBody(
    portal,
    {
      workflow_id: 'w1',
      code: 'unbind_activity',
      document_id: ['crm', 'CCrmDocumentDeal', 'DEAL_1'],
      event_token: `w1|a|${portal.issueGrant().accessToken}.s`,
      use_subscription: 'Y',
      properties: { activity_id: ['1'] },
    },
    { withRefresh: true },
  );

function without(config: Config, ...services: (keyof NonNullable<Config['localAws']>)[]): Config {
  const localAws = { dynamodb: DEAD, sqs: DEAD, secretsManager: DEAD, ...config.localAws };
  for (const service of services) localAws[service] = DEAD;
  return {
    ...config,
    localAws,
    ...(services.includes('sqs') ? { queueUrl: `${DEAD}/000000000000/wake-ups` } : {}),
  };
}

/** A request as API Gateway hands it over. */
const gatewayEvent = (body: string) =>
  ({
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: Buffer.from(body).toString('base64'),
    isBase64Encoded: true,
  }) as never;
