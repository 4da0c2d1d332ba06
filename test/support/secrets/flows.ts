import type { Fault } from '../../../lib/simulator/fault-script.ts';
import type { SimulatedPortal } from '../../../lib/simulator/simulated-portal.ts';
import { outboundBody } from './own-call.ts';
import type { SecretStage } from './secret-stage.ts';

type Failure = (sentence: string, token: string) => Fault['kind'];

/** What a portal may answer, with its own tokens in the answer. */
const FAILURES: readonly Failure[] = [
  () => 'close',
  (sentence) => ({ status: 500, body: `<html>${sentence}</html>`, contentType: 'text/html' }),
  (_, token) => ({ status: 200, body: token, contentType: 'application/json' }),
  (sentence) => ({ status: 302, body: sentence, contentType: 'text/html' }),
  (description) => ({ error: { code: 'SOMETHING_NEW', description } }),
  (description, token) => ({ error: { code: token, description, status: 400 } }),
  (description) => ({ error: { code: description, description, status: 400 } }),
  (description) => ({ error: { code: description, description, status: 500 } }),
  (description) => ({ error: { code: 'ACCESS_DENIED', description, status: 403 } }),
  (description) => ({ error: { code: 'OVERLOAD_LIMIT', description, status: 503 } }),
];

/** On several activities, so that the deletions are sent in a batch. */
async function runRobot(portal: SimulatedPortal, count: number): Promise<void> {
  portal.seed({ activities: [{ id: 300, count, bindings: ['deal:1', 'contact:5'] }] });
  const activity_id = Array.from({ length: count }, (_, index) => String(300 + index));
  await portal.act({ do: 'callRobot', element: 'deal:1', properties: { activity_id } });
}

/** The life of a portal in this product, with everything that can go well or wrong. */
export const FLOWS: { readonly [name: string]: (stage: SecretStage) => Promise<void> } = {
  async 'an installation before the credentials are known'({ portal, oauth, stack, post, cli, quiet }) {
    await portal.installAt(`${stack.url}/install`);
    await cli(['doctor']);
    await cli(['app', 'set', '--client-id', portal.clientId, '--client-secret-stdin'], oauth.clientSecret);
    await post('/install', outboundBody(portal, { event: 'ONAPPINSTALL' }, { withRefresh: true }));
    await quiet();
  },

  async 'installations that are not what they claim'({ portal, other, post }) {
    const foreign = outboundBody(other, { event: 'ONAPPINSTALL' }, { withRefresh: true });
    await post('/install', foreign.replaceAll(other.memberId, portal.memberId));
    await post('/install', outboundBody(portal, { event: 'ONAPPINSTALL' }, { withRefresh: true, userId: null }));
    await post('/install', outboundBody(portal, { event: 'ONAPPUNINSTALL' }).replace(/.$/, 'x'));
  },

  async 'calls that are refused'({ portal, post }) {
    const good = outboundBody(portal, { event: 'ONCRMDEALUPDATE', data: { FIELDS: { ID: 1 } } }, { withRefresh: true });
    await post('/event', good, 'application/json');
    await post('/event', `${good}&data=1`);
    await post('/event', `${good}x`);
    await post('/event', good.replaceAll(portal.memberId, 'nobody'));
    await post('/event', good.replaceAll(portal.memberId, portal.applicationToken));
    await post('/robot', good);
    await post('/install', good);
    await post('/event', good.replace('ONCRMDEALUPDATE', portal.applicationToken));
    await post(`/event?${good}`, '');
    await post(`/${portal.applicationToken}`, good);
  },

  async 'robots, understood and not'({ portal, quiet }) {
    portal.seed({
      activities: [
        { id: 1, count: 9, bindings: ['deal:1', 'contact:5'] },
        { id: 99, bindings: ['deal:1'] },
      ],
    });
    for (const activity_id of [['1'], ['99'], ['0x10'], ['12345'], '']) {
      await portal.act({ do: 'callRobot', element: 'deal:1', properties: { activity_id } });
    }
    await quiet();
  },

  async 'events and sweeps'({ portal, stack, cli, quiet }) {
    portal.seed({
      deals: [{ id: 1, stageId: 'NEW' }],
      activities: [{ id: 200, completed: true, bindings: ['deal:1', 'contact:5'] }],
    });
    const rules = [{ name: 'lost-deals', element: 'deal', when: { stage: 'failed' } }];
    await cli(['rules', 'set', '-', '--portal', portal.memberId], JSON.stringify(rules));
    await portal.act({ do: 'moveDeal', id: 1, stageId: 'LOSE' });
    await stack.fire({ task: 'ring' });
    await stack.fire({ task: 'sweep', due: '2026-11-24T03:00:00Z' });
    await quiet();
  },

  async 'a token that ends, and refreshes that fail'({ oauth, cli, quiet, newPortal }) {
    const codes = [null, 'invalid_grant', 'invalid_client', 'PAYMENT_REQUIRED', 'something_new'];
    const kinds = ['close', { status: 502, body: '<html>Bad Gateway</html>', contentType: 'text/html' }] as const;
    for (const [code, kind] of [
      ...codes.map((one) => [one, null] as const),
      ...kinds.map((one) => [null, one] as const),
    ]) {
      const portal = await newPortal();
      portal.expireTokens();
      oauth.settings.error = code;
      if (kind !== null) oauth.script({ method: 'oauth/token', kind });
      await runRobot(portal, 1);
      await quiet();
      await cli(['portal', 'check', portal.memberId]);
      oauth.settings.error = null;
      oauth.clearFaults();
      await cli(['portal', 'resume', portal.memberId]);
      await quiet();
    }
  },

  async 'portals that fail in every way, and repeat their tokens while they do'({ cli, quiet, newPortal }) {
    const broken: SimulatedPortal[] = [];
    const breakOne = async (kindOf: Failure, inBatch: boolean): Promise<void> => {
      const portal = await newPortal();
      const { accessToken, applicationToken } = portal.issueGrant();
      const kind = kindOf(`The token ${accessToken} of ${applicationToken} is not good`, accessToken);
      portal.script({ kind, inBatch });
      broken.push(portal);
    };
    for (const kindOf of FAILURES) await breakOne(kindOf, false);
    for (const kindOf of FAILURES.slice(-6)) await breakOne(kindOf, true);

    await Promise.all(broken.map((portal) => runRobot(portal, 5)));
    await quiet();
    for (const { memberId } of broken) await cli(['portal', 'check', memberId]);
  },

  async 'the command line'({ portal, cli }) {
    const webhook = portal.webhookUrl();
    const grant = { ...portal.issueGrant(), memberId: 'second' };
    await cli([
      'portal',
      'add',
      '--webhook',
      webhook,
      '--member-id',
      'hook',
      '--application-token',
      portal.applicationToken,
    ]);
    await cli(['portal', 'add', '--webhook', '-', '--member-id', 'hook'], webhook);
    await cli(['portal', 'add', '--webhook', webhook.replace('/rest/', '/rst/')]);
    await cli(['portal', 'add', '--webhook', webhook.replace('http:', 'ftp:')]);
    await cli(['portal', 'add', '--webhook', `${webhook}profile.json?x=1`]);
    await cli(['portal', 'add', '--webhook', webhook, '--member-id', webhook]);
    await cli(['portal', 'add', webhook]);
    await cli(['portal', 'add', '--oauth', '-'], JSON.stringify(grant));
    await cli(['portal', 'add', '--oauth', '-'], JSON.stringify({ ...grant, accessToken: [grant.accessToken] }));
    await cli(['portal', 'add', '--oauth', '-'], JSON.stringify(grant).slice(0, -5));
    await cli(['portal', 'add', '--oauth', JSON.stringify(grant)]);
    await cli(['portal', 'add', '--oauth', '/dev/null/grant.json']);
    await cli(['portal', 'check', webhook]);
    await cli(['portal', 'remove', '--portal', webhook]);
    for (const command of ['list', 'check', 'pause', 'resume'])
      await cli(['portal', command, ...(command === 'list' ? [] : ['hook'])]);
    await cli(['unbind', '--portal', 'hook', '--activity', '999', '--element', 'deal:1', '--wait', '1s']);
    await cli(['unbind', '--portal', webhook, '--activity', '999', '--element', 'deal:1']);
    await cli(['unbind', '--portal', 'hook', '--activity', webhook, '--element', webhook]);
    await cli(['outcomes', '--since', '1d', '--limit', '500']);
    await cli(['rules', 'list', '--portal', portal.memberId]);
    await cli(['failed', 'list']);
    await cli(['failed', 'redrive']);
    await cli(['doctor']);
    await cli(['app', 'set', '--client-id', portal.clientId, '--client-secret-stdin'], '');
    await cli(['portal', 'remove', 'second']);
  },

  async 'the removal of the application, and another installation'({ portal, stack, post, cli, quiet }) {
    await post('/install', outboundBody(portal, { event: 'ONAPPUNINSTALL' }));
    await quiet();
    await cli(['portal', 'list']);
    portal.renewApplicationToken();
    await portal.installAt(`${stack.url}/install`);
    await quiet();
    await cli(['portal', 'check']);
  },
};
