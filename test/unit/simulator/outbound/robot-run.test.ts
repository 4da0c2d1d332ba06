import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { act } from '../../../../lib/simulator/actions.ts';
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

describe('a robot call', () => {
  it('carries the document, a signed token and a refresh token, and leaves a workflow waiting', async () => {
    const { outbound, crm } = portalThatSends({ robots: [{ ...ROBOT, handler: stage.url }] });
    const properties = { activity_id: [999, 1000], element: null, completed_only: 'Y' };

    const run = await outbound.callRobot({ element: 'deal:1', properties, timeoutDuration: 60 });

    expect(run.status).toBe(200);
    expect(stage.received).toMatchObject([
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
    expect(stage.received[0]).not.toHaveProperty('event');
    expect(crm.workflows.get(run.workflowId)?.state).toBe('waiting');
  });

  it('is answered with its token, once', async () => {
    const robot = { ...ROBOT, handler: stage.url, returnProperties: { status: { NAME: 'Status' } } };
    const { outbound, crm, call } = portalThatSends({ robots: [robot] });
    const { eventToken, workflowId } = await outbound.callRobot({ element: 'deal:1' });

    await call('bizproc.event.send', { event_token: eventToken, return_values: { Status: 'unbound' } });

    expect(crm.workflows.get(workflowId)).toMatchObject({ state: 'answered', returnValues: { status: 'unbound' } });
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
      robots: [{ ...ROBOT, handler: stage.url, useSubscription: 'N' }],
    };
    const portal = portalThatSends(seed);

    await act(portal.crm, portal.context, { do: 'callRobot', element }, portal.outbound);

    expect(stage.received).toMatchObject([
      { document_id: ['crm', className, id], document_type: ['crm', className, type], use_subscription: 'N' },
    ]);
    expect(stage.received[0]).not.toHaveProperty('properties');
  });

  it('has a new token for every execution', async () => {
    const { outbound } = portalThatSends({ robots: [{ ...ROBOT, handler: stage.url }] });

    const runs = await Promise.all([1, 2].map(() => outbound.callRobot({ workflowId: 'w.1' })));

    expect(runs[0]?.eventToken).not.toBe(runs[1]?.eventToken);
  });
});
