import { describe, expect, it } from '@jest/globals';
import type { Asked } from '../../../../lib/bitrix24/rest/rest-call.ts';
import { diagnose } from '../../../../lib/worker/request/diagnose.ts';
import { jumpingClock } from '../../../support/jumping-clock.ts';
import { askedOf, FakePortalApi } from '../../../support/worker/fake-session.ts';
import { errorOf, LOST, resultOf, UNSENT } from '../../../support/worker/samples.ts';

const CALLS = ['crm.activity.binding.delete', 'bizproc.event.send'].map((method) => ({ method, params: {} }));
const FAULT = errorOf('INTERNAL_SERVER_ERROR', null);
const NO_SCOPE = errorOf('insufficient_scope', null);

async function diagnosed(asked: Asked, neutral: FakePortalApi['neutral'], allows = true) {
  const api = new FakePortalApi();
  let asks = 0;
  const counting = Object.assign(Object.create(api), {
    ask: async () => {
      asks += 1;
      return askedOf([neutral]);
    },
  });
  const deps = { api: counting, clock: jumpingClock(), deadline: { allows: () => allows } };
  return { ...(await diagnose(deps, CALLS, asked)), asks };
}

describe('a request in which something went well, or was refused by name', () => {
  it.each([
    ['a result', askedOf([FAULT, resultOf(true)])],
    ['a refusal', askedOf([FAULT, errorOf('ACCESS_DENIED', null)])],
    ['what holds already', askedOf([errorOf('BINDING_NOT_FOUND', null), NO_SCOPE])],
    ['a method over its running time', askedOf([errorOf('OPERATION_TIME_LIMIT', null), UNSENT])],
    ['a batch over its running time', { kind: 'failed', failure: errorOf('OPERATION_TIME_LIMIT', 429) } as const],
  ])('needs no neutral call: %s', async (_case, asked) => {
    expect(await diagnosed(asked, LOST)).toEqual({ kind: 'well', asks: 0 });
  });
});

describe('what Bitrix24 itself says of the portal', () => {
  it.each([
    ['OVERLOAD_LIMIT', 503, { kind: 'stop', code: 'OVERLOAD_LIMIT', asks: 0 }],
    ['QUERY_LIMIT_EXCEEDED', 503, { kind: 'trouble', code: 'QUERY_LIMIT_EXCEEDED', asks: 0 }],
  ])('%s needs no neutral call', async (code, status, expected) => {
    expect(await diagnosed({ kind: 'failed', failure: errorOf(code, status) }, resultOf([]))).toEqual(expected);
  });
});

describe('when nothing of a request went well', () => {
  const FAILURES: readonly (readonly [string, Asked])[] = [
    ['no answer', { kind: 'failed', failure: LOST }],
    ['no connection', { kind: 'failed', failure: UNSENT }],
    ['an undocumented 401', { kind: 'failed', failure: errorOf('verification_needed', 401) }],
    ['faults only', askedOf([FAULT, FAULT])],
    ['stopped methods only', askedOf([NO_SCOPE, NO_SCOPE])],
  ];

  it.each(FAILURES)('%s is about the request if a neutral call is answered', async (_case, asked) => {
    expect(await diagnosed(asked, resultOf([]))).toEqual({ kind: 'well', asks: 1 });
    expect(await diagnosed(asked, errorOf('ACCESS_DENIED'))).toEqual({ kind: 'well', asks: 1 });
  });

  it.each(FAILURES)('%s is trouble of the portal if a neutral call fails too', async (_case, asked) => {
    expect(await diagnosed(asked, LOST)).toEqual({ kind: 'trouble', code: 'NO_ANSWER', asks: 1 });
    expect(await diagnosed(asked, errorOf('INTERNAL_SERVER_ERROR', 500))).toMatchObject({ kind: 'trouble' });
  });

  it.each(FAILURES)('%s stops the portal if a neutral call is refused as such', async (_case, asked) => {
    const neutral = errorOf('insufficient_scope', 403);

    expect(await diagnosed(asked, neutral)).toEqual({ kind: 'stop', code: 'INSUFFICIENT_SCOPE', asks: 1 });
  });

  it('and there is no time for a neutral call, nothing is held against what was asked', async () => {
    const asked: Asked = { kind: 'failed', failure: LOST };

    expect(await diagnosed(asked, resultOf([]), false)).toEqual({ kind: 'trouble', code: 'NO_ANSWER', asks: 0 });
  });
});
