import { beforeEach, describe, expect, test } from '@jest/globals';
import { receiveRobot } from '../../../lib/inbound/receive-robot.ts';
import { AUTH, InboundStage, inbound } from '../../support/inbound/inbound-stage.ts';

const CALL = {
  ...AUTH,
  workflow_id: 'w1',
  code: 'unbind_activity',
  'document_id[0]': 'crm',
  'document_id[1]': 'CCrmDocumentDeal',
  'document_id[2]': 'DEAL_12',
  event_token: 'secret-event-token',
  use_subscription: 'Y',
  timeout_duration: '60',
};

let stage: InboundStage;
beforeEach(() => {
  stage = new InboundStage();
});

const receive = (fields: { readonly [name: string]: string } = {}) =>
  receiveRobot(inbound({ ...CALL, ...fields }), stage.ingress);

describe('a robot call', () => {
  test('becomes a job that its workflow waits for', async () => {
    expect(await receive({ 'properties[activity_id]': '7,8' })).toMatchObject({ status: 200 });

    const { job } = stage.jobs[0] ?? {};
    expect(job).toMatchObject({
      portal: 'acme',
      lane: 'robot',
      cause: 'w1',
      task: { kind: 'unbind', element: { entityTypeId: 2, entityId: 12 }, activities: [7, 8], filter: null },
      eventToken: 'secret-event-token',
      answerBy: stage.clock.now() + 60_000,
    });
    expect(job?.id).toMatch(/^robot:[\w-]{43}$/);
  });

  test('that nobody waits for keeps no credential', async () => {
    await receive({ use_subscription: 'N' });

    expect(stage.jobs[0]?.job).not.toHaveProperty('eventToken');
    expect(stage.jobs[0]?.job).not.toHaveProperty('answerBy');
  });

  test('has the same job however often it is delivered', async () => {
    await receive();
    await receive();
    await receive({ event_token: 'another' });

    const [first, second, other] = stage.jobs.map(({ job }) => job.id);
    expect([second === first, other === first]).toEqual([true, false]);
  });

  test.each([
    ['cannot be understood', { 'properties[activity_id]': 'all of them' }, 'NOT_UNDERSTOOD'],
    ['has no element', { 'document_id[0]': 'lists', 'document_id[2]': '5' }, 'NO_ELEMENT'],
  ])('that %s is explained to its workflow, and refused if none waits', async (_, fields, code) => {
    expect(await receive(fields)).toMatchObject({ status: 200 });
    expect(await receive({ ...fields, use_subscription: 'N' })).toMatchObject({ status: 400 });

    expect(stage.jobs).toMatchObject([{ job: { task: { kind: 'explain', code } } }]);
  });

  test.each([
    ['a wrong token', { 'auth[application_token]': 'wrong' }, 403],
    ['the code of another robot', { code: 'other' }, 400],
    ['no workflow', { workflow_id: '' }, 400],
  ])('with %s is refused', async (_, fields, status) => {
    expect(await receive(fields)).toMatchObject({ status });
    expect(stage.jobs).toEqual([]);
  });
});
