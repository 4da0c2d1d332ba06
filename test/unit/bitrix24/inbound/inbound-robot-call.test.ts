import { describe, expect, test } from '@jest/globals';
import { readRobotCall } from '../../../../lib/bitrix24/inbound/inbound-robot-call.ts';
import { readForm } from '../../../../lib/bitrix24/inbound/read-form.ts';

const CALL: { readonly [name: string]: string } = {
  workflow_id: '6748c1d2a3b4c5.12345678',
  code: 'unbind_activity',
  'document_id[0]': 'crm',
  'document_id[1]': 'CCrmDocumentDeal',
  'document_id[2]': 'DEAL_123',
  event_token: '6748c1d2a3b4c5.12345678|A51601_82584_96831_81132|hsyuabc.47ddef',
  'properties[activity_id]': '999',
  use_subscription: 'Y',
  timeout_duration: '3600',
  'auth[member_id]': 'd897063e1ce7c5eb9f04b9751eef5915',
  'auth[application_token]': '51856fefc120afa4b628cc82d3935cce',
  'auth[refresh_token]': 'not-ours-to-keep',
};

function call(changes: { readonly [name: string]: string | undefined } = {}) {
  const fields = Object.entries({ ...CALL, ...changes }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  const reading = readForm(Buffer.from(new URLSearchParams(fields).toString()), 'application/x-www-form-urlencoded');
  if (reading.kind !== 'form') throw new Error(reading.reason);
  return readRobotCall(reading.form);
}

describe('readRobotCall', () => {
  test('reads a call as Bitrix24 sends it', () => {
    expect(call()).toEqual({
      kind: 'robot_call',
      auth: { memberId: CALL['auth[member_id]'], applicationToken: CALL['auth[application_token]'] },
      workflowId: CALL.workflow_id,
      code: 'unbind_activity',
      document: { entityTypeId: 2, entityId: 123 },
      eventToken: CALL.event_token,
      properties: expect.objectContaining({ activity_id: '999' }),
      useSubscription: true,
      timeoutDuration: 3600,
    });
  });

  test('accepts a rule without properties', () => {
    expect(call({ 'properties[activity_id]': undefined })).toMatchObject({ kind: 'robot_call' });
    expect(call({ 'properties[activity_id]': undefined, properties: '' })).toMatchObject({ kind: 'robot_call' });
  });

  test('has no document for a workflow of another module', () => {
    expect(call({ 'document_id[0]': 'lists', 'document_id[2]': '12' })).toMatchObject({ document: null });
  });

  test('knows that no workflow waits', () => {
    expect(call({ use_subscription: 'N', timeout_duration: undefined })).toMatchObject({
      useSubscription: false,
      timeoutDuration: 0,
    });
  });

  test.each(['workflow_id', 'code', 'event_token', 'auth[member_id]', 'auth[application_token]'])(
    'names %s when it is missing',
    (field) => {
      expect(call({ [field]: undefined })).toEqual({ kind: 'rejected', reason: `${field} is missing or malformed` });
    },
  );

  test('names document_id when it is missing', () => {
    const none = { 'document_id[0]': undefined, 'document_id[1]': undefined, 'document_id[2]': undefined };

    expect(call(none)).toEqual({ kind: 'rejected', reason: 'document_id is missing or malformed' });
  });

  test('rejects control characters and endless texts in what is stored', () => {
    expect(call({ workflow_id: 'a\nb' })).toMatchObject({ kind: 'rejected' });
    expect(call({ event_token: 'x'.repeat(2049) })).toMatchObject({ kind: 'rejected' });
  });

  test('rejects an event', () => {
    expect(call({ event: 'ONCRMDEALUPDATE' })).toMatchObject({ kind: 'rejected' });
  });
});
