import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { errorPolicy } from '../../../lib/bitrix24/rest/error-policy.ts';
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

describe('a token that has expired', () => {
  test('is exchanged once, the new pair is stored before it is used, and the call is repeated', async () => {
    const rest = await portal.open();

    const answers = await rest.ask([CALL], NEVER);

    expect(answers).toMatchObject({ answers: [{ kind: 'result', result: true }] });
    expect(portal.refreshes).toHaveLength(1);
    expect(portal.storedWhenUsed.get('access-1')).toBe('access-1');
    expect(portal.current()).toMatchObject({
      accessToken: 'access-1',
      refreshToken: 'refresh-1',
      applicationToken: 'application-token',
      userId: 67,
      scope: ['crm', 'bizproc'],
      issuedAt: new Date(portal.clock.now()).toISOString(),
    });
    expect(portal.leases.holder).toBeNull();
  });

  test('is remembered: the next call uses the new one', async () => {
    const rest = await portal.open();
    await rest.ask([CALL], NEVER);

    await rest.ask([CALL], NEVER);

    expect(portal.calls.map(({ body }) => JSON.parse(body).auth)).toEqual(['access-0', 'access-1', 'access-1']);
  });

  test('of 20 processes at once is exchanged by one of them', async () => {
    portal.clock.flows = false;
    const opened = await Promise.all(Array.from({ length: 20 }, () => portal.open()));

    let ended = false;
    const asked = Promise.all(opened.map((rest) => rest.ask([CALL], NEVER))).finally(() => {
      ended = true;
    });
    // The others look again only when the lease is free, so that the test does not depend on the machine's speed.
    while (!ended) {
      await setImmediate();
      if (portal.leases.holder === null) portal.clock.advance(25);
    }

    expect((await asked).map(({ kind }) => kind)).toEqual(Array.from({ length: 20 }, () => 'answered'));
    expect(portal.refreshes).toHaveLength(1);
    expect(portal.store.history).toHaveLength(2);
  });

  test('is not exchanged when another process has stored a new pair', async () => {
    const rest = await portal.open();
    portal.store.put(portal.grant({ accessToken: 'access-of-another' }));
    portal.valid.add('access-of-another');

    expect(await rest.ask([CALL], NEVER)).toMatchObject({ answers: [{ kind: 'result' }] });
    expect(portal.refreshes).toHaveLength(0);
  });

  test('gives way to an installation that was stored first', async () => {
    const rest = await portal.open();
    portal.store.beforeWrite = () => {
      portal.store.put(portal.grant({ accessToken: 'access-of-install' }));
      portal.valid.add('access-of-install');
    };

    expect(await rest.ask([CALL], NEVER)).toMatchObject({ answers: [{ kind: 'result' }] });
    expect(portal.current()).toMatchObject({ accessToken: 'access-of-install' });
    expect(portal.calls.map(({ body }) => JSON.parse(body).auth)).toEqual(['access-0', 'access-of-install']);
  });

  test('while another holds the lease leaves the call unsent within two seconds', async () => {
    const rest = await portal.open();
    portal.leases.holder = { owner: 'another', until: portal.clock.now() + 30_000 };
    const started = portal.clock.now();

    expect(await rest.ask([CALL], NEVER)).toMatchObject({ failure: { kind: 'unsent' } });
    expect(portal.clock.now() - started).toBeLessThanOrEqual(2_000);
    expect(portal.refreshes).toHaveLength(0);
    expect(portal.leases.holder).toMatchObject({ owner: 'another' });
  });

  test('is exchanged although the last owner of the lease died', async () => {
    const rest = await portal.open();
    portal.leases.holder = { owner: 'dead', until: portal.clock.now() + 500 };

    expect(await rest.ask([CALL], NEVER)).toMatchObject({ answers: [{ kind: 'result' }] });
  });

  test('is exchanged, but the call is not repeated too late', async () => {
    const rest = await portal.open();
    const sendBy = portal.clock.now();
    portal.oauthAnswer = (request, response) => {
      portal.clock.advance(1);
      portal.exchange(request, response);
    };

    expect(await rest.ask([CALL], sendBy)).toMatchObject({ failure: { kind: 'unsent' } });
    expect(portal.current()).toMatchObject({ accessToken: 'access-1' });
  });

  test('loses no pair when the store is throttled for a moment', async () => {
    const rest = await portal.open();
    portal.store.failingWrites = 2;

    expect(await rest.ask([CALL], NEVER)).toMatchObject({ answers: [{ kind: 'result' }] });
    expect(portal.current()).toMatchObject({ accessToken: 'access-1' });
  });

  test('releases the lease when the store fails for good', async () => {
    const rest = await portal.open();
    portal.store.failingWrites = 99;

    await expect(rest.ask([CALL], NEVER)).rejects.toThrow('throttled');
    expect(portal.leases.holder).toBeNull();
  });

  test.each([['another portal is answered for', () => (portal.memberId = 'another'), 'access-0']])(
    'changes nothing when %s',
    async (_, spoil, accessToken) => {
      spoil();
      const rest = await portal.open();

      expect(await rest.ask([CALL], NEVER)).toMatchObject({ failure: { kind: 'error', code: 'GRANT_DEAD' } });
      expect(portal.current()).toMatchObject({ accessToken });
    },
  );
});

describe('a grant that is dead', () => {
  const dead = async (calls = [CALL]) => {
    const rest = await portal.open();
    const asked = await rest.ask(calls, NEVER);
    if (asked.kind !== 'failed' || asked.failure.kind !== 'error') throw new Error('the portal can be served');
    const { code, status } = asked.failure;
    expect(errorPolicy(CALL.method, code, status)).toEqual({ action: 'stop', scope: 'portal' });
    return asked.failure;
  };

  test('by invalid_grant stops the portal for every call', async () => {
    portal.oauthAnswer = (_, response) => answerJson(response, 400, { error: 'invalid_grant' });

    expect(await dead([CALL, OTHER])).toMatchObject({ code: 'GRANT_DEAD' });
    expect(portal.refreshes).toHaveLength(1);
    expect(portal.leases.holder).toBeNull();
  });

  test('is valid after all if another process has exchanged the token meanwhile', async () => {
    portal.oauthAnswer = (_, response) => {
      portal.store.put(portal.grant({ accessToken: 'access-of-another' }));
      portal.valid.add('access-of-another');
      answerJson(response, 400, { error: 'invalid_grant' });
    };
    const rest = await portal.open();

    expect(await rest.ask([CALL], NEVER)).toMatchObject({ answers: [{ kind: 'result' }] });
  });

  test('is valid after all if a read lags behind the write of another process', async () => {
    const behind = portal.store.current(MEMBER);
    portal.oauthAnswer = (_, response) => {
      portal.store.put(portal.grant({ accessToken: 'access-of-another' }));
      portal.valid.add('access-of-another');
      portal.store.readsBehind.push(behind, behind);
      answerJson(response, 400, { error: 'invalid_grant' });
    };
    const rest = await portal.open();

    expect(await rest.ask([CALL], NEVER)).toMatchObject({ kind: 'answered', answers: [{ kind: 'result' }] });
  });

  test('because the portal refuses the new token too is refreshed once, not for ever', async () => {
    portal.oauthAnswer = (request, response) => {
      portal.exchange(request, response);
      portal.valid.clear();
    };

    expect(await dead()).toMatchObject({ code: 'GRANT_DEAD' });
    expect(portal.refreshes).toHaveLength(1);
    expect(portal.calls).toHaveLength(2);
  });

  test.each([
    ['wrong_client', 200, 'wrong_client'],
    ['NOT_INSTALLED', 401, 'NOT_INSTALLED'],
    ['PAYMENT_REQUIRED', 402, 'PAYMENT_REQUIRED'],
    ['something_new', 400, 'GRANT_DEAD'],
  ])('by %s of the OAuth server', async (error, status, code) => {
    portal.oauthAnswer = (_, response) => answerJson(response, status, { error });

    expect(await dead()).toMatchObject({ code });
  });

  test('because the application has no credentials', async () => {
    portal.store.app = null;

    expect(await dead()).toMatchObject({ code: 'APP_CREDENTIALS_MISSING' });
  });

  test('because its server endpoint is not allow-listed', async () => {
    portal.store.put(portal.grant({ serverEndpoint: 'https://evil.example.com/rest/' }));

    expect(await dead()).toMatchObject({ code: 'OAUTH_HOST_REFUSED' });
  });

  test('because there is none', async () => {
    await portal.store.remove(MEMBER);

    expect(await dead([CALL, OTHER])).toMatchObject({ code: 'GRANT_MISSING' });
    expect(portal.calls).toHaveLength(0);
  });

  test('is not declared dead when the OAuth server is silent', async () => {
    portal.oauthAnswer = (_, response) => response.writeHead(502).end('<html></html>');
    const rest = await portal.open();

    expect(await rest.ask([CALL], NEVER)).toMatchObject({ failure: { kind: 'unsent' } });
  });
});
