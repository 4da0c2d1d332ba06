import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { act } from '../../../portal/crm/actions.ts';
import { parsePhpQuery } from '../../../portal/front/php-params.ts';
import { createOutbound, type Outbound } from '../../../portal/outbound/deliver.ts';
import { type PortalFixture, portalFixture } from './portal-fixture.ts';

let server: Server;
let url: string;
let received: Record<string, unknown>[];
let answer: number;

beforeEach(async () => {
  received = [];
  answer = 200;
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += String(chunk);
    });
    request.on('end', () => {
      received.push({ ...parsePhpQuery(body), type: request.headers['content-type'] });
      response.writeHead(answer).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/event`;
});

afterEach(() => new Promise((resolve) => server.close(resolve)));

const ROBOT = { clientId: 'local.app', code: 'unbind_activity', useSubscription: 'Y', authUserId: 67 };

function portalThatSends(seed: object): PortalFixture & { readonly outbound: Outbound } {
  const portal = portalFixture(seed);
  const outbound = createOutbound(portal.world, ({ userId, withRefresh }) => ({
    ...(userId === null ? {} : { access_token: `token of ${userId}`, user_id: String(userId) }),
    ...(withRefresh ? { refresh_token: 'r' } : {}),
    domain: 'acme.bitrix24.com',
    member_id: 'm',
    application_token: 't',
  }));
  return { ...portal, outbound };
}

const subscribed = (event: string, more: object = {}): object => ({
  id: 201,
  clientId: 'local.app',
  event,
  handler: url,
  ...more,
});

describe('events', () => {
  it('are posted once, urlencoded, with the token of who made the change and no refresh token', async () => {
    const { outbound } = portalThatSends({ subscriptions: [subscribed('ONCRMDEALUPDATE')] });

    outbound.emit('ONCRMDEALUPDATE', { FIELDS: { ID: 1 } }, 7);
    outbound.emit('ONCRMLEADUPDATE', { FIELDS: { ID: 7 } }, 7);
    await outbound.queue.settled();

    expect(received).toEqual([
      {
        event: 'ONCRMDEALUPDATE',
        event_handler_id: '201',
        data: { FIELDS: { ID: '1' } },
        ts: '1795521600',
        auth: {
          access_token: 'token of 7',
          user_id: '7',
          domain: 'acme.bitrix24.com',
          member_id: 'm',
          application_token: 't',
        },
        type: 'application/x-www-form-urlencoded',
      },
    ]);
  });

  it('are not sent again when the handler fails', async () => {
    answer = 503;
    const { outbound } = portalThatSends({ subscriptions: [subscribed('ONCRMDEALUPDATE')] });

    outbound.emit('ONCRMDEALUPDATE', { FIELDS: { ID: 1 } }, 7);
    await outbound.queue.settled();

    expect([received.length, outbound.queue.deliveries]).toEqual([1, [{ url, name: 'ONCRMDEALUPDATE', status: 503 }]]);
  });

  it('carry no tokens when a robot made the change, unless the subscription names a user', async () => {
    const { outbound } = portalThatSends({
      subscriptions: [subscribed('ONCRMDEALUPDATE'), subscribed('ONCRMDEALUPDATE', { id: 203, userId: 1 })],
    });

    outbound.emit('ONCRMDEALUPDATE', { FIELDS: { ID: 1 } }, null);
    await outbound.queue.settled();

    const tokens = received.map(({ event_handler_id: id, auth }) => [id, Object(auth).access_token]);
    expect(tokens).toEqual([
      ['201', undefined],
      ['203', 'token of 1'],
    ]);
  });

  it('are not sent before the application is installed', async () => {
    const { outbound, world } = portalThatSends({
      app: { installed: false },
      subscriptions: [subscribed('ONCRMDEALUPDATE')],
    });

    outbound.emit('ONCRMDEALUPDATE', { FIELDS: { ID: 1 } }, 7);
    world.app.installed = true;
    await outbound.queue.settled();

    expect(received).toEqual([]);
  });

  it.each([
    ['lost', []],
    ['duplicate', ['1', '1', '2', '2', '3', '3']],
    ['unordered', ['3', '2', '1']],
  ] as const)('can be %s', async (mode, ids) => {
    const { outbound } = portalThatSends({ subscriptions: [subscribed('ONCRMDEALUPDATE')] });
    outbound.queue.mode = mode;

    for (const id of [1, 2, 3]) outbound.emit('ONCRMDEALUPDATE', { FIELDS: { ID: id } }, 7);
    await outbound.queue.settled();

    expect(received.map(({ data }) => Object(data).FIELDS.ID)).toEqual(ids);
  });

  it('reach the subscribers of one smart process under its own name', async () => {
    const { outbound } = portalThatSends({ subscriptions: [subscribed('ONCRMDYNAMICITEMUPDATE_147')] });

    for (const ENTITY_TYPE_ID of [147, 150])
      outbound.emit('ONCRMDYNAMICITEMUPDATE', { FIELDS: { ID: 1, ENTITY_TYPE_ID } }, 7);
    await outbound.queue.settled();

    expect(received).toMatchObject([
      { event: 'ONCRMDYNAMICITEMUPDATE_147', data: { FIELDS: { ENTITY_TYPE_ID: '147' } } },
    ]);
  });

  it('reach outbound webhooks with their own token, but not those for applications only', async () => {
    const events = ['ONCRMDEALUPDATE', 'ONCRMDEALMOVETOCATEGORY'];
    const { outbound } = portalThatSends({
      outboundWebhooks: [{ id: 11, handler: url, events, applicationToken: 'own' }],
    });

    for (const event of events) outbound.emit(event, { FIELDS: { ID: 1 } }, 7);
    await outbound.queue.settled();

    expect(received).toMatchObject([{ event: 'ONCRMDEALUPDATE', auth: { application_token: 'own' } }]);
    expect(received[0]).not.toHaveProperty('auth.access_token');
  });
});

describe('a robot call', () => {
  it('carries the document, a signed token and a refresh token, and leaves a workflow waiting', async () => {
    const { outbound, world } = portalThatSends({ robots: [{ ...ROBOT, handler: url }] });
    const properties = { activity_id: [999, 1000], element: null, completed_only: 'Y' };

    const run = await outbound.callRobot({ element: 'deal:1', properties, timeoutDuration: 60 });

    expect(run.status).toBe(200);
    expect(received).toMatchObject([
      {
        workflow_id: run.workflowId,
        code: 'unbind_activity',
        document_id: ['crm', 'CCrmDocumentDeal', 'DEAL_1'],
        document_type: ['crm', 'CCrmDocumentDeal', 'DEAL'],
        event_token: run.eventToken,
        properties: { activity_id: ['999', '1000'], element: '', completed_only: 'Y' },
        use_subscription: 'Y',
        timeout_duration: '60',
        auth: { access_token: 'token of 67', refresh_token: 'r' },
      },
    ]);
    expect(received[0]).not.toHaveProperty('event');
    expect(world.workflows.get(run.workflowId)?.state).toBe('waiting');
  });

  it('is answered with its token, once', async () => {
    const robot = { ...ROBOT, handler: url, returnProperties: { status: { NAME: 'Status' } } };
    const { outbound, world, call } = portalThatSends({ robots: [robot] });
    const { eventToken, workflowId } = await outbound.callRobot({ element: 'deal:1' });

    await call('bizproc.event.send', { event_token: eventToken, return_values: { Status: 'unbound' } });

    expect(world.workflows.get(workflowId)).toMatchObject({ state: 'answered', returnValues: { status: 'unbound' } });
  });

  it.each([
    ['lead:7', 'CCrmDocumentLead', 'LEAD_7', 'LEAD'],
    ['147:1', 'Bitrix\\Crm\\Integration\\BizProc\\Document\\Dynamic', 'DYNAMIC_147_1', 'DYNAMIC_147'],
    [
      'smart_invoice:3',
      'Bitrix\\Crm\\Integration\\BizProc\\Document\\SmartInvoice',
      'SMART_INVOICE_3',
      'SMART_INVOICE',
    ],
  ])('names the document of %s', async (element, className, id, type) => {
    const seed = {
      smartProcesses: [{ entityTypeId: 147 }],
      robots: [{ ...ROBOT, handler: url, useSubscription: 'N' }],
    };
    const portal = portalThatSends(seed);

    await act(portal.world, portal.surroundings, { do: 'callRobot', element }, portal.outbound);

    expect(received).toMatchObject([
      { document_id: ['crm', className, id], document_type: ['crm', className, type], use_subscription: 'N' },
    ]);
    expect(received[0]).not.toHaveProperty('properties');
  });

  it('has a new token for every execution', async () => {
    const { outbound } = portalThatSends({ robots: [{ ...ROBOT, handler: url }] });

    const runs = await Promise.all([1, 2].map(() => outbound.callRobot({ workflowId: 'w.1' })));

    expect(runs[0]?.eventToken).not.toBe(runs[1]?.eventToken);
  });
});

describe('the application’s life', () => {
  it('begins with ONAPPINSTALL and both tokens', async () => {
    const { outbound } = portalThatSends({});

    expect(await outbound.sendInstall(url, 1)).toBe(200);

    expect(received).toMatchObject([
      {
        event: 'ONAPPINSTALL',
        data: { VERSION: '1', ACTIVE: 'Y', INSTALLED: 'Y', LANGUAGE_ID: 'en' },
        auth: { access_token: 'token of 1', refresh_token: 'r', application_token: 't' },
      },
    ]);
  });

  it('ends with ONAPPUNINSTALL without tokens, and takes subscriptions and robots with it', async () => {
    const { outbound, world } = portalThatSends({
      robots: [{ ...ROBOT, handler: url }],
      subscriptions: [subscribed('ONAPPUNINSTALL'), subscribed('ONCRMDEALUPDATE', { id: 203 })],
    });

    outbound.uninstall(null);
    outbound.emit('ONCRMDEALUPDATE', { FIELDS: { ID: 1 } }, 7);
    await outbound.queue.settled();

    expect(received).toMatchObject([
      { event: 'ONAPPUNINSTALL', event_handler_id: '201', data: { LANGUAGE_ID: 'en', CLEAN: '1' } },
    ]);
    expect(received[0]).not.toHaveProperty('auth.access_token');
    expect([world.robots, world.subscriptions]).toEqual([[], []]);
  });
});
