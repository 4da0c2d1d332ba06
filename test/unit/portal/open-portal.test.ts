import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { errorPolicy } from '../../../lib/bitrix24/rest/error-policy.ts';
import { emptyBudget } from '../../../lib/bitrix24/rest/rate-budget.ts';
import type { RestCall } from '../../../lib/bitrix24/rest/rest-call.ts';
import { answerJson } from '../../support/bitrix24/fixture-server.ts';
import { FixturePortal, MEMBER } from '../../support/portal/fixture-portal.ts';

const CALL: RestCall = { method: 'crm.activity.binding.list', params: { activityId: 999 } };
const OTHER: RestCall = { method: 'crm.activity.list', params: { start: -1 } };
const NEVER = Number.POSITIVE_INFINITY;

let portal: FixturePortal;
beforeEach(async () => {
  portal = await FixturePortal.start();
});
afterEach(async () => {
  await portal.close();
});

describe('a portal that accepts the token', () => {
  beforeEach(() => {
    portal.valid.add('access-0');
  });

  test('gets one call as a plain request', async () => {
    const rest = await portal.open();

    expect(await rest.ask([CALL], NEVER)).toMatchObject({ answers: [{ kind: 'result', result: true }] });
    expect(portal.calls.map(({ path }) => path)).toEqual(['/rest/crm.activity.binding.list']);
    expect(portal.refreshes).toHaveLength(0);
  });

  test('gets several calls in one batch', async () => {
    portal.answer = (_, response) =>
      answerJson(response, 200, {
        result: { result: { c0: [] }, result_error: { c1: { error: 'ACCESS_DENIED', error_description: '' } } },
      });
    const rest = await portal.open();

    expect(await rest.ask([CALL, OTHER], NEVER)).toMatchObject({
      answers: [
        { kind: 'result', result: [] },
        { kind: 'error', code: 'ACCESS_DENIED', status: null },
      ],
    });
    expect(portal.calls.map(({ path }) => path)).toEqual(['/rest/batch']);
  });

  test('gets no request without calls, or when it is too late', async () => {
    const rest = await portal.open();

    expect(await rest.ask([], NEVER)).toEqual({ kind: 'answered', answers: [] });
    expect(await rest.ask([CALL, CALL], portal.clock.now() - 1)).toMatchObject({
      failure: { kind: 'unsent' },
    });
    expect(portal.calls).toHaveLength(0);
  });

  test('answers as usual what is not about the token', async () => {
    portal.answer = (_, response) => answerJson(response, 401, { error: 'NO_AUTH_FOUND', error_description: '' });
    const rest = await portal.open();

    expect(await rest.ask([CALL], NEVER)).toMatchObject({
      failure: { kind: 'error', code: 'NO_AUTH_FOUND', status: 401 },
    });
    expect(portal.refreshes).toHaveLength(0);
  });

  test('leaves a command unsent when the token expires within the batch', async () => {
    portal.answer = (_, response) =>
      answerJson(response, 200, {
        result: { result: { c0: true }, result_error: { c1: { error: 'expired_token', error_description: '' } } },
      });
    const rest = await portal.open();

    expect(await rest.ask([CALL, OTHER], NEVER)).toMatchObject({ answers: [{ kind: 'result' }, { kind: 'unsent' }] });
  });
});

describe('a portal that was renamed', () => {
  const moved: FixturePortal['answer'] = (request, response) =>
    request.path.startsWith('/rest/')
      ? response.writeHead(302, { location: 'https://evil.example.com/rest/' }).end()
      : answerJson(response, 200, { result: 'from the new address' });

  beforeEach(() => {
    portal.valid.add('access-0');
    portal.answer = moved;
  });

  test('is called at the address that the OAuth server names', async () => {
    portal.clientEndpoint = `${portal.url}/renamed/rest/`;
    const rest = await portal.open();

    expect(await rest.ask([CALL], NEVER)).toMatchObject({
      answers: [{ kind: 'result', result: 'from the new address' }],
    });
    expect(portal.current()).toMatchObject({ clientEndpoint: `${portal.url}/renamed/rest/` });
  });

  test.each(['http://10.0.0.1/rest/', 'https://169.254.169.254/rest/', 'nonsense'])(
    'keeps its stored address rather than %s, and its new pair',
    async (clientEndpoint) => {
      portal.clientEndpoint = clientEndpoint;
      const rest = await portal.open();

      const asked = await rest.ask([CALL], NEVER);

      expect(asked).toMatchObject({ kind: 'failed', failure: { kind: 'error', code: 'PORTAL_MOVED', status: null } });
      expect(portal.current()).toMatchObject({ accessToken: 'access-1', clientEndpoint: `${portal.url}/rest/` });
    },
  );

  test('is stopped if all we have is a webhook', async () => {
    portal.store.put({ kind: 'webhook', memberId: MEMBER, url: `${portal.url}/rest/1/code/`, applicationToken: null });
    const rest = await portal.open();

    const asked = await rest.ask([CALL], NEVER);

    expect(asked).toMatchObject({ kind: 'failed', failure: { kind: 'error', code: 'PORTAL_MOVED', status: null } });
    expect(errorPolicy(CALL.method, 'PORTAL_MOVED', null)).toEqual({ action: 'stop', scope: 'portal' });
    expect(portal.refreshes).toHaveLength(0);
  });
});

describe('a webhook', () => {
  beforeEach(() => {
    portal.store.put({ kind: 'webhook', memberId: MEMBER, url: `${portal.url}/rest/1/code/`, applicationToken: null });
  });

  test('is called without a token', async () => {
    const rest = await portal.open();

    expect(await rest.ask([CALL], NEVER)).toMatchObject({ answers: [{ kind: 'result' }] });
    expect(portal.calls[0]).toMatchObject({ path: '/rest/1/code/crm.activity.binding.list' });
  });

  test.each(['expired_token', 'invalid_token'])('that is answered %s is dead, without a refresh', async (error) => {
    portal.answer = (_, response) => answerJson(response, 401, { error });
    const rest = await portal.open();

    expect(await rest.ask([CALL], NEVER)).toMatchObject({ failure: { kind: 'error', code: 'GRANT_DEAD' } });
    expect(portal.refreshes).toHaveLength(0);
  });
});

describe('the limits', () => {
  beforeEach(() => {
    portal.valid.add('access-0');
  });

  test('count every request, a batch as one and a repeated one twice', async () => {
    portal.valid.clear();
    const rest = await portal.open();

    await rest.ask([CALL, OTHER], NEVER);

    expect(rest.budget().level).toBe(2);
  });

  test('continue from what was stored', async () => {
    const rest = await portal.open({ ...emptyBudget(portal.clock.now()), level: 39 });
    expect(rest.waitMs()).toBe(0);

    await rest.ask([CALL], NEVER);

    expect(rest.waitMs()).toBe(500);
  });

  test('are reached when the portal says so', async () => {
    portal.answer = (_, response) => answerJson(response, 503, { error: 'QUERY_LIMIT_EXCEEDED' });
    const rest = await portal.open();

    await rest.ask([CALL], NEVER);

    expect(rest.waitMs()).toBeGreaterThan(1_000);
  });

  test.each([
    ['until its sum gets smaller', 90_000, 90_000],
    ['for a minute when the last known time is past', -1_000, 60_000],
    ['for a minute when no time is known', null, 60_000],
  ])('let one method rest %s', async (_, resetIn, restMs) => {
    const now = portal.clock.now();
    const time = resetIn === null ? {} : { operating: 400, operating_reset_at: (now + resetIn) / 1000 };
    const rest = await portal.open();
    portal.answer = (_request, response) => answerJson(response, 200, { result: true, time });
    await rest.ask([CALL], NEVER);
    portal.answer = (_request, response) => answerJson(response, 429, { error: 'OPERATION_TIME_LIMIT' });

    await rest.ask([CALL], NEVER);

    expect(rest.restingUntil(CALL.method)).toBe(now + restMs);
    expect(rest.restingUntil(OTHER.method)).toBe(0);
  });

  test('let a method rest that a batch reports', async () => {
    portal.answer = (_, response) =>
      answerJson(response, 200, {
        result: { result: { c0: [] }, result_error: { c1: { error: 'OPERATION_TIME_LIMIT' } } },
      });
    const rest = await portal.open();

    await rest.ask([CALL, OTHER], NEVER);

    expect(rest.restingUntil(CALL.method)).toBe(0);
    expect(rest.restingUntil(OTHER.method)).toBe(portal.clock.now() + 60_000);
  });
});
