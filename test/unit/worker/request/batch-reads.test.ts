import { describe, expect, it } from '@jest/globals';
import type { RestAnswer } from '../../../../lib/bitrix24/rest/rest-call.ts';
import { NotNow, PortalStopped, PortalTroubled } from '../../../../lib/jobs/planner.ts';
import { batchReads } from '../../../../lib/worker/request/batch-reads.ts';
import { jumpingClock } from '../../../support/jumping-clock.ts';
import { FakePortalApi } from '../../../support/worker/fake-session.ts';
import { errorOf, LOST, NOW, resultOf, UNSENT } from '../../../support/worker/samples.ts';

const GET = 'crm.activity.get';
const read = (id: number) => ({ method: GET, params: { id } });
const sizes = (api: FakePortalApi) => api.sent.map((calls) => calls.length);

function reads(api = new FakePortalApi(), allows = () => true) {
  const clock = jumpingClock();
  return { api, clock, ask: batchReads({ api, clock, deadline: { allows }, allotment: 'half' }) };
}

const thrown = async (read: Promise<unknown>): Promise<unknown> =>
  await read.then(
    () => null,
    (error: unknown) => error,
  );

describe('reads', () => {
  it('of planners that plan at the same time share requests of 50', async () => {
    const { api, ask } = reads();

    await Promise.all(Array.from({ length: 120 }, (_, id) => ask(read(id))));

    expect(sizes(api)).toEqual([50, 50, 20]);
  });

  it('share smaller requests with a slow portal', async () => {
    const { api, ask } = reads();
    api.places = 2;

    await Promise.all([1, 2, 3].map((id) => ask(read(id))));

    expect(sizes(api)).toEqual([2, 1]);
  });

  it('of a planner that reads again leave later', async () => {
    const { api, ask } = reads();

    await ask(read(1));
    await ask(read(2));

    expect(sizes(api)).toEqual([1, 1]);
  });
});

describe('a read', () => {
  it.each([
    ['with its result', resultOf([1]), { ok: true, result: [1] }],
    ['with a refusal', errorOf('ACCESS_DENIED'), { ok: false, code: 'ACCESS_DENIED' }],
  ])('ends %s', async (_case, answer, expected) => {
    const { api, ask } = reads();
    api.answer = () => answer;

    expect(await ask(read(1))).toEqual(expected);
  });

  it.each([
    ['without an answer', LOST, 'NO_ANSWER'],
    ['that was not sent', UNSENT, 'UNREACHABLE'],
    ['from a server at fault', errorOf('INTERNAL_SERVER_ERROR', 500), 'INTERNAL_SERVER_ERROR'],
    ['at the operating limit', errorOf('OPERATION_TIME_LIMIT', 429), 'OPERATION_TIME_LIMIT'],
  ])('%s cannot be had now', async (_case, answer, code) => {
    const { api, ask } = reads();
    api.answer = () => answer;

    expect(await thrown(ask(read(1)))).toMatchObject({ name: 'NotNow', until: null, code });
  });

  it('is trouble of the portal when a neutral call fails too, or the rate is used up', async () => {
    const { api, ask } = reads();
    api.answer = () => LOST;
    api.neutral = LOST;
    expect(await thrown(ask(read(1)))).toBeInstanceOf(PortalTroubled);

    api.answer = () => errorOf('QUERY_LIMIT_EXCEEDED', 503);
    api.neutral = resultOf([]);
    expect(await thrown(ask(read(1)))).toMatchObject({ name: 'PortalTroubled', code: 'QUERY_LIMIT_EXCEEDED' });
  });

  it('of a method that is stopped waits until the method is tried again', async () => {
    const { api, ask } = reads();
    api.answer = () => errorOf('insufficient_scope', 403);
    api.resting.set(GET, 0);
    const first = await thrown(ask(read(1)));
    api.resting.set(GET, NOW + 900_000);
    api.stopped = { [GET]: { code: 'INSUFFICIENT_SCOPE', since: NOW, probeAt: NOW + 900_000, probes: 0 } };

    expect(first).toMatchObject({ name: 'NotNow', code: 'insufficient_scope' });
    expect(await thrown(ask(read(1)))).toMatchObject({ until: NOW + 900_000, code: 'INSUFFICIENT_SCOPE' });
    expect(api.sent).toHaveLength(1);
  });

  it('stops the portal when the portal cannot be served', async () => {
    const { api, ask } = reads();
    api.answer = () => errorOf('OVERLOAD_LIMIT', 503);

    expect(await thrown(ask(read(1)))).toBeInstanceOf(PortalStopped);
  });

  it('is not sent while its method rests', async () => {
    const { api, ask } = reads();
    api.resting.set(GET, NOW + 60_000);

    expect(await thrown(ask(read(1)))).toMatchObject({ until: NOW + 60_000, code: 'OPERATION_TIME_LIMIT' });
    expect(api.sent).toEqual([]);
  });

  it('is not sent when the time is up', async () => {
    const { api, ask } = reads(new FakePortalApi(), () => false);

    expect(await thrown(ask(read(1)))).toMatchObject({ until: NOW, code: 'TIME_UP' });
    expect(api.sent).toEqual([]);
  });

  it('is not sent while its part of the rate is used up for long', async () => {
    const { api, ask } = reads();
    api.wait = { all: 0, half: 30_000 };

    expect(await thrown(ask(read(1)))).toMatchObject({ until: NOW + 30_000, code: 'RATE' });
  });

  it('does not leave its planner hanging when the request cannot be made', async () => {
    const { api, ask } = reads();
    api.answer = () => Promise.reject(new Error('no secret'));

    expect(await thrown(ask(read(1)))).toBeInstanceOf(NotNow);
  });
});

describe('a doubtful refusal in a batch', () => {
  const first = (count: number, answer: RestAnswer) => {
    const seen = new Set<unknown>();
    return ({ params }: { params: { readonly id?: unknown } }) => {
      if (seen.has(params.id) || Number(params.id) > count) return resultOf(true);
      seen.add(params.id);
      return answer;
    };
  };

  it.each([
    ['"0", which may be another command’s', errorOf('0', null), [4, 1]],
    ['an undocumented code', errorOf('SOMETHING_NEW', null), [4, 1]],
    ['not a known one', errorOf('ACCESS_DENIED', null), [4]],
    ['not one that has a status', errorOf('0', 400), [4]],
  ])('is repeated alone: %s', async (_case, answer, expected) => {
    const { api, ask } = reads();
    api.answer = first(1, answer);

    await Promise.all([1, 2, 3, 4].map((id) => ask(read(id))));

    expect(sizes(api)).toEqual(expected);
  });

  it('of more than three reads is repeated together', async () => {
    const { api, ask } = reads();
    api.answer = first(7, errorOf('0', null));

    const answers = await Promise.all([1, 2, 3, 4, 5, 6, 7].map((id) => ask(read(id))));

    expect(sizes(api)).toEqual([7, 1, 1, 1, 4]);
    expect(answers.every(({ ok }) => ok)).toBe(true);
  });

  it('is believed the second time', async () => {
    const { api, ask } = reads();
    api.answer = () => errorOf('0', null);

    expect(await ask(read(1))).toEqual({ ok: false, code: '0' });
    expect(sizes(api)).toEqual([1, 1]);
  });

  it('of a registration is not repeated', async () => {
    const { api, ask } = reads();
    api.answer = () => errorOf('0', null);

    await ask({ method: 'bizproc.robot.add', params: {} });

    expect(sizes(api)).toEqual([1]);
  });
});
