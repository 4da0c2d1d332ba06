import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type OutboundStage,
  outboundStage,
  portalThatSends,
  ROBOT,
} from '../../../support/simulator/outbound-stage.ts';

let stage: OutboundStage;
beforeEach(async () => {
  stage = await outboundStage();
});
afterEach(() => stage.close());

describe('the application’s life cycle', () => {
  it('begins with ONAPPINSTALL and both tokens', async () => {
    const { outbound } = portalThatSends({});

    expect(await outbound.sendInstall(stage.url, 1)).toBe(200);

    expect(stage.received).toMatchObject([
      {
        event: 'ONAPPINSTALL',
        data: { VERSION: '1', ACTIVE: 'Y', INSTALLED: 'Y', LANGUAGE_ID: 'en' },
        auth: { access_token: 'token of 1', refresh_token: 'r', application_token: 't' },
      },
    ]);
  });

  it('ends with ONAPPUNINSTALL without tokens, and takes subscriptions and robots with it', async () => {
    const { outbound, crm } = portalThatSends({
      robots: [{ ...ROBOT, handler: stage.url }],
      subscriptions: [stage.subscribed('ONAPPUNINSTALL'), stage.subscribed('ONCRMDEALUPDATE', { id: 203 })],
    });

    outbound.uninstall(null);
    outbound.emit('ONCRMDEALUPDATE', { FIELDS: { ID: 1 } }, 7);
    await outbound.queue.settled();

    expect(stage.received).toMatchObject([
      { event: 'ONAPPUNINSTALL', event_handler_id: '201', data: { LANGUAGE_ID: 'en', CLEAN: '1' } },
    ]);
    expect(stage.received[0]).not.toHaveProperty('auth.access_token');
    expect([crm.robots, crm.subscriptions]).toEqual([[], []]);
  });
});
