import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type OutboundStage, outboundStage, portalThatSends } from '../../../support/simulator/outbound-stage.ts';

let stage: OutboundStage;
beforeEach(async () => {
  stage = await outboundStage();
});
afterEach(() => stage.close());

describe('events', () => {
  it('are posted once, urlencoded, with the token of whoever made the change and no refresh token', async () => {
    const { outbound } = portalThatSends({ subscriptions: [stage.subscribed('ONCRMDEALUPDATE')] });

    outbound.emit('ONCRMDEALUPDATE', { FIELDS: { ID: 1 } }, 7);
    outbound.emit('ONCRMLEADUPDATE', { FIELDS: { ID: 7 } }, 7);
    await outbound.queue.settled();

    expect(stage.received).toEqual([
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
    stage.answerWith(503);
    const { outbound } = portalThatSends({ subscriptions: [stage.subscribed('ONCRMDEALUPDATE')] });

    outbound.emit('ONCRMDEALUPDATE', { FIELDS: { ID: 1 } }, 7);
    await outbound.queue.settled();

    expect([stage.received.length, outbound.queue.deliveries]).toEqual([
      1,
      [{ url: stage.url, name: 'ONCRMDEALUPDATE', status: 503 }],
    ]);
  });

  it('carry no tokens when a robot made the change, unless the subscription names a user', async () => {
    const { outbound } = portalThatSends({
      subscriptions: [stage.subscribed('ONCRMDEALUPDATE'), stage.subscribed('ONCRMDEALUPDATE', { id: 203, userId: 1 })],
    });

    outbound.emit('ONCRMDEALUPDATE', { FIELDS: { ID: 1 } }, null);
    await outbound.queue.settled();

    const tokens = stage.received.map(({ event_handler_id: id, auth }) => [id, Object(auth).access_token]);
    expect(tokens).toEqual([
      ['201', undefined],
      ['203', 'token of 1'],
    ]);
  });

  it('are not sent before the application is installed', async () => {
    const { outbound, crm } = portalThatSends({
      app: { installed: false },
      subscriptions: [stage.subscribed('ONCRMDEALUPDATE')],
    });

    outbound.emit('ONCRMDEALUPDATE', { FIELDS: { ID: 1 } }, 7);
    crm.app.installed = true;
    await outbound.queue.settled();

    expect(stage.received).toEqual([]);
  });

  it.each([
    ['lost', []],
    ['duplicate', ['1', '1', '2', '2', '3', '3']],
    ['unordered', ['3', '2', '1']],
  ] as const)('can be %s', async (mode, ids) => {
    const { outbound } = portalThatSends({ subscriptions: [stage.subscribed('ONCRMDEALUPDATE')] });
    outbound.queue.mode = mode;

    for (const id of [1, 2, 3]) outbound.emit('ONCRMDEALUPDATE', { FIELDS: { ID: id } }, 7);
    await outbound.queue.settled();

    expect(stage.received.map(({ data }) => Object(data).FIELDS.ID)).toEqual(ids);
  });

  it('can be overtaken by later ones', async () => {
    const { outbound } = portalThatSends({
      subscriptions: [stage.subscribed('ONCRMDEALUPDATE'), stage.subscribed('ONCRMDEALADD')],
    });

    const letGo = outbound.queue.delay(({ name }) => name === 'ONCRMDEALADD');
    outbound.emit('ONCRMDEALADD', { FIELDS: { ID: 1 } }, 7);
    outbound.emit('ONCRMDEALUPDATE', { FIELDS: { ID: 2 } }, 7);
    await outbound.queue.settled();
    letGo();
    outbound.emit('ONCRMDEALADD', { FIELDS: { ID: 3 } }, 7);
    await outbound.queue.settled();

    expect(stage.received.map(({ data }) => Object(data).FIELDS.ID)).toEqual(['2', '1', '3']);
  });

  it('reach the subscribers of one smart process under its own name', async () => {
    const { outbound } = portalThatSends({ subscriptions: [stage.subscribed('ONCRMDYNAMICITEMUPDATE_147')] });

    for (const ENTITY_TYPE_ID of [147, 150])
      outbound.emit('ONCRMDYNAMICITEMUPDATE', { FIELDS: { ID: 1, ENTITY_TYPE_ID } }, 7);
    await outbound.queue.settled();

    expect(stage.received).toMatchObject([
      { event: 'ONCRMDYNAMICITEMUPDATE_147', data: { FIELDS: { ENTITY_TYPE_ID: '147' } } },
    ]);
  });

  it('reach outbound webhooks with their own token, but not those for applications only', async () => {
    const events = ['ONCRMDEALUPDATE', 'ONCRMDEALMOVETOCATEGORY'];
    const { outbound } = portalThatSends({
      outboundWebhooks: [{ id: 11, handler: stage.url, events, applicationToken: 'own' }],
    });

    for (const event of events) outbound.emit(event, { FIELDS: { ID: 1 } }, 7);
    await outbound.queue.settled();

    expect(stage.received).toMatchObject([{ event: 'ONCRMDEALUPDATE', auth: { application_token: 'own' } }]);
    expect(stage.received[0]).not.toHaveProperty('auth.access_token');
  });
});
