import { beforeEach, describe, expect, test } from '@jest/globals';
import { receiveEvent } from '../../../lib/inbound/receive-event.ts';
import { AUTH, InboundStage, inbound } from '../../support/inbound/inbound-stage.ts';

let stage: InboundStage;
beforeEach(() => {
  stage = new InboundStage();
});

const receive = (fields: { readonly [name: string]: string }) =>
  receiveEvent(inbound({ ...AUTH, ...fields }), stage.ingress);

describe('an event', () => {
  test.each([
    ['ONCRMACTIVITYADD', { 'data[FIELDS][ID]': '7' }, 'event:activity:7', { kind: 'activity_changed', activityId: 7 }],
    ['ONCRMDEALUPDATE', { 'data[FIELDS][ID]': '5' }, 'event:2:5', { kind: 'element_changed' }],
    ['ONCRMDEALMOVETOCATEGORY', { 'data[FIELDS][ID]': '5' }, 'event:2:5', { kind: 'element_changed' }],
    ['ONCRMQUOTEDELETE', { 'data[FIELDS][ID]': '5' }, 'event:7:5', { kind: 'element_changed' }],
  ])('%s becomes a job', async (event, data, id, task) => {
    expect(await receive({ event, ts: '1790000000', ...data })).toMatchObject({
      status: 200,
      body: { status: 'accepted' },
    });

    expect(stage.jobs).toMatchObject([
      { write: 'coalesce', job: { portal: 'acme', id, lane: 'event', cause: event, builtAt: 1_790_000_000_000, task } },
    ]);
  });

  test.each([
    ['ONCRMACTIVITYDELETE', { 'data[FIELDS][ID]': '7' }],
    ['ONCRMDEALDELETE', { 'data[FIELDS][ID]': '5' }],
    ['ONCRMDEALUSERFIELDADD', {}],
    ['ONAPPUNINSTALL', {}],
  ])('%s is ignored', async (event, data) => {
    expect(await receive({ event, ...data })).toMatchObject({ status: 200, body: { status: 'ignored' } });
    expect(stage.jobs).toEqual([]);
  });

  test.each([
    ['a wrong token', { event: 'ONCRMDEALUPDATE', 'data[FIELDS][ID]': '5', 'auth[application_token]': 'wrong' }, 403],
    ['no element', { event: 'ONCRMDEALUPDATE' }, 400],
    ['no event', {}, 400],
  ])('with %s is refused', async (_, fields, status) => {
    expect(await receive(fields)).toMatchObject({ status });
    expect(stage.jobs).toEqual([]);
  });
});

test('an uninstallation is handed on before its sender is verified here', async () => {
  const handed: unknown[] = [];
  const fields = { ...AUTH, event: 'ONAPPUNINSTALL', 'auth[application_token]': 'any' };

  const reply = await receiveEvent(inbound(fields), stage.ingress, async ({ auth }) => {
    handed.push(auth);
    return { status: 200, body: { status: 'ignored' } };
  });

  expect(reply.status).toBe(200);
  expect(handed).toEqual([{ memberId: 'acme', applicationToken: 'any' }]);
});
