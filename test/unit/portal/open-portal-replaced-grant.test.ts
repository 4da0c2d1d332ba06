import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { RestCall } from '../../../lib/bitrix24/rest/rest-call.ts';
import { answerJson } from '../../support/bitrix24/fixture-server.ts';
import { FixturePortal, MEMBER } from '../../support/portal/fixture-portal.ts';

const CALL: RestCall = { method: 'crm.activity.binding.list', params: { activityId: 999 } };
const ROBOTS: RestCall = { method: 'bizproc.robot.list', params: {} };
const NEVER = Number.POSITIVE_INFINITY;

let portal: FixturePortal;
beforeEach(async () => {
  portal = await FixturePortal.start();
});
afterEach(async () => {
  await portal.close();
});

const webhook = (code: string) =>
  ({ kind: 'webhook', memberId: MEMBER, url: `${portal.url}/rest/1/${code}/`, applicationToken: null }) as const;

/** Only the webhook with this code is good. */
function accept(code: string): void {
  portal.answer = ({ path }, response) =>
    path.includes(`/${code}/`)
      ? answerJson(response, 200, { result: true })
      : answerJson(response, 401, { error: 'INVALID_CREDENTIALS', error_description: '' });
}

describe('a portal that refuses a grant', () => {
  test('is called with the new one next time, if another was stored meanwhile', async () => {
    portal.store.put(webhook('old'));
    const rest = await portal.open();
    accept('new');
    portal.store.put(webhook('new'));

    const first = await rest.ask([CALL], NEVER);
    const second = await rest.ask([CALL], NEVER);

    expect(first).toEqual({ kind: 'failed', failure: { kind: 'unsent', reason: 'the grant was replaced' } });
    expect(second).toMatchObject({ answers: [{ kind: 'result' }] });
  });

  test('is called with the new one next time, also if a read lags behind its write', async () => {
    portal.store.put(webhook('old'));
    const behind = portal.store.current(MEMBER);
    const rest = await portal.open();
    accept('new');
    portal.store.put(webhook('new'));
    portal.store.readsBehind.push(behind, behind);

    expect(await rest.ask([CALL], NEVER)).toEqual({
      kind: 'failed',
      failure: { kind: 'unsent', reason: 'the grant was replaced' },
    });
  });

  test('is stopped if the grant is still the stored one', async () => {
    portal.store.put(webhook('old'));
    const rest = await portal.open();
    accept('new');

    expect(await rest.ask([CALL], NEVER)).toMatchObject({ failure: { kind: 'error', code: 'INVALID_CREDENTIALS' } });
  });

  test('keeps the other answers of a batch of which one command was refused', async () => {
    portal.store.put(webhook('old'));
    portal.answer = (_, response) =>
      answerJson(response, 200, {
        result: { result: { c0: [] }, result_error: { c1: { error: 'ACCESS_DENIED', error_description: '' } } },
      });
    const rest = await portal.open();
    portal.store.put(webhook('new'));

    expect(await rest.ask([CALL, ROBOTS], NEVER)).toMatchObject({ answers: [{ kind: 'result' }, { kind: 'unsent' }] });
  });
});
