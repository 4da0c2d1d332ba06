import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { redrive } from '../../../lib/unbind/redrive.ts';
import { servePortal } from '../../../lib/unbind/serve-portal.ts';
import { ALWAYS, DEAL, type EngineBench, engineBench, unbindTask } from './bench.ts';

const DELETE = 'crm.activity.binding.delete';
const LIST = 'crm.activity.binding.list';

let bench: EngineBench;
beforeAll(async () => {
  bench = await engineBench();
});
afterAll(() => bench.close());

let activity = 5000;
beforeEach(() => {
  activity += 100;
  bench.portal.seed({ activities: [{ id: activity, count: 100, bindings: ['deal:1', 'contact:5'] }] });
  bench.portal.resetLedger();
  bench.portal.clearFaults();
  bench.logged.length = 0;
});

const statuses = async (id = activity) => (await bench.outcomes(id)).map(({ status, code }) => ({ status, code }));
const UNBOUND = [{ status: 'unbound', code: null }];
const state = async () => await bench.aws.stores.portals.read(bench.portal.memberId);

describe('an answer that is lost', () => {
  it('after the deletion: reading shows that it was ours, and nothing is deleted twice', async () => {
    bench.portal.script({ method: DELETE, when: 'after', kind: 'close' });
    await bench.add(unbindTask(activity));

    await bench.drain();

    expect(await statuses()).toEqual(UNBOUND);
    expect(bench.calls(DELETE)).toBe(1);
  });

  it('before the deletion: it is asked again, 65 s later at the earliest', async () => {
    bench.portal.script({ method: DELETE, when: 'before', kind: 'close' });
    await bench.add(unbindTask(activity));

    await bench.drain();

    const times = bench.portal.ledger.requests.filter(({ method }) => method === DELETE).map(({ at }) => at);
    expect(await statuses()).toEqual(UNBOUND);
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(65_000);
  });

  it.each([
    ['HTML of a gateway', { status: 502, body: '<html>Bad Gateway</html>', contentType: 'text/html' }],
    ['an empty body', { status: 200, body: '' }],
    ['half a JSON', { status: 200, body: '{"result":tr' }],
  ])('behind %s is resolved by reading', async (_name, kind) => {
    bench.portal.script({ method: DELETE, when: 'after', kind });
    await bench.add(unbindTask(activity));

    await bench.drain();

    expect(await statuses()).toEqual(UNBOUND);
    expect(bench.calls(DELETE)).toBe(1);
  });

  it('of a batch that died in the middle: each command ends once, with one removal', async () => {
    bench.portal.script({ method: DELETE, inBatch: true, nth: 7, when: 'after', kind: 'close' });
    const ids = Array.from({ length: 20 }, (_, index) => activity + index);
    await bench.add(unbindTask(...ids));

    await bench.drain();

    for (const id of ids) expect(await statuses(id)).toEqual(UNBOUND);
    expect(bench.removals()).toBe(20);
    expect(bench.executed(DELETE)).toBe(20);
  });

  it('belongs to one of two commands that ask for the same', async () => {
    for (const method of ['batch', DELETE]) bench.portal.script({ method, when: 'after', kind: 'close' });
    await bench.add(unbindTask(activity));
    await bench.add(unbindTask(activity));

    await bench.drain();

    expect((await statuses()).map(({ status }) => status).toSorted()).toEqual(['already_unbound', 'unbound']);
    expect(bench.removals()).toBe(1);
  });

  it('does not hold up the other activities of the portal', async () => {
    bench.portal.script({ method: DELETE, when: 'before', kind: 'close' });
    await bench.add(unbindTask(activity));
    await servePortal(bench.engine, bench.portal.memberId, ALWAYS);
    const before = bench.clock.now();
    await bench.add(unbindTask(activity + 1));

    await servePortal(bench.engine, bench.portal.memberId, ALWAYS);

    expect(await statuses(activity + 1)).toEqual(UNBOUND);
    expect(bench.clock.now() - before).toBeLessThan(5_000);
    await bench.drain();
  });

  it('keeps every other change of that activity waiting', async () => {
    bench.portal.seed({ activities: [{ id: activity, bindings: ['deal:1', 'deal:2', 'contact:5'] }] });
    bench.portal.script({ method: DELETE, when: 'before', kind: 'close' });
    await bench.add(unbindTask(activity));
    await servePortal(bench.engine, bench.portal.memberId, ALWAYS);
    await bench.add({
      kind: 'unbind',
      element: { entityTypeId: 2, entityId: 2 },
      activities: [activity],
      filter: null,
    });

    await servePortal(bench.engine, bench.portal.memberId, ALWAYS);

    expect(bench.calls(DELETE)).toBe(1);
    await bench.drain();
    expect(bench.removals()).toBe(2);
  });
});

it('an error that the portal reports after the change does not hide that it was ours', async () => {
  const kind = { error: { code: 'INTERNAL_SERVER_ERROR', status: 500 } };
  bench.portal.script({ method: DELETE, when: 'after', kind });
  await bench.add(unbindTask(activity));

  await bench.drain();

  expect(await statuses()).toEqual(UNBOUND);
  expect(bench.removals()).toBe(1);
});

it('an answer to a workflow that meets a "0" in its batch is sent again', async () => {
  bench.portal.script({ method: 'bizproc.event.send', inBatch: true, kind: { error: { code: '0' } } });
  await bench.add({ kind: 'explain', code: 'X', details: 'x' }, { eventToken: 'a|b|c.d' });
  await bench.add({ kind: 'explain', code: 'X', details: 'x' }, { eventToken: 'e|f|g.h' });

  await bench.drain();

  expect(bench.calls('bizproc.event.send')).toBe(3);
});

describe('a refusal', () => {
  it.each([
    ['LAST_BINDING_CANNOT_BE_DELETED', { activities: [{ bindings: ['deal:1'] }] }, 1],
    [
      'ACCESS_DENIED',
      {
        users: [{ id: 1, isAdmin: false, editable: ['contact'] }],
        activities: [{ bindings: ['deal:1', 'contact:5'] }],
      },
      1,
    ],
    ['NOT_FOUND', { activities: [] }, 1],
  ])('%s costs one REST call and is never repeated', async (code, seed, calls) => {
    bench.portal.seed({ ...seed, activities: seed.activities.map((one) => ({ id: activity, ...one })) });
    await bench.add(unbindTask(activity));

    await bench.drain();

    expect(await statuses()).toEqual([{ status: 'refused', code }]);
    expect(bench.calls(DELETE)).toBe(calls);
    expect(bench.portal.ledger.requests).toHaveLength(calls);
  });

  it('OWNER_NOT_FOUND, 100 and unknown codes are final too', async () => {
    for (const [index, code] of ['OWNER_NOT_FOUND', '100', 'SOMETHING_NEW'].entries()) {
      bench.portal.script({ method: DELETE, kind: { error: { code, status: 400 } } });
      await bench.add(unbindTask(activity + index));
      await bench.drain();

      expect(await statuses(activity + index)).toEqual([{ status: 'refused', code }]);
    }
    expect(bench.calls(DELETE)).toBe(3);
  });

  it('"0" inside a batch is asked once more, alone', async () => {
    bench.portal.script({ method: DELETE, inBatch: true, nth: 1, kind: { error: { code: '0' } } });
    await bench.add(unbindTask(activity, activity + 1));

    await bench.drain();

    expect(await statuses()).toEqual(UNBOUND);
    expect(await statuses(activity + 1)).toEqual(UNBOUND);
    expect(bench.portal.ledger.requests.map(({ method }) => method)).toEqual(['batch', DELETE]);
  });

  it('BINDING_NOT_FOUND is confirmed by the list', async () => {
    bench.portal.seed({ activities: [{ id: activity, bindings: ['contact:5', 'contact:6'] }] });
    await bench.add(unbindTask(activity));

    await bench.drain();

    expect(await statuses()).toEqual([{ status: 'already_unbound', code: null }]);
    expect([bench.calls(DELETE), bench.calls(LIST)]).toEqual([1, 1]);
  });

  it('BINDING_NOT_FOUND that was spurious is not believed', async () => {
    bench.portal.script({ method: DELETE, kind: { error: { code: 'BINDING_NOT_FOUND', status: 400 } } });
    await bench.add(unbindTask(activity));

    await bench.drain();

    expect(await statuses()).toEqual(UNBOUND);
    expect(bench.removals()).toBe(1);
  });
});

describe('a portal that is in trouble', () => {
  it.each([
    ['QUERY_LIMIT_EXCEEDED', 503],
    ['INTERNAL_SERVER_ERROR', 500],
    ['CONNECTION_ERROR', 401],
  ])('with %s is asked again later', async (code, status) => {
    bench.portal.script({ method: DELETE, times: 3, kind: { error: { code, status } } });
    await bench.add(unbindTask(activity));

    await bench.drain();

    expect(await statuses()).toEqual(UNBOUND);
    expect(bench.calls(DELETE)).toBe(4);
  });

  it('for longer than an hour of backoff: the command has failed, is kept, and can be driven again', async () => {
    bench.portal.script({ method: DELETE, times: 12, kind: { error: { code: 'INTERNAL_SERVER_ERROR', status: 500 } } });
    const id = await bench.add(unbindTask(activity));
    const { stores } = bench.aws;
    const { memberId } = bench.portal;

    await bench.drain();
    const [failed, ...others] = await Array.fromAsync(stores.jobs.failed(memberId));

    expect(await statuses()).toEqual([{ status: 'failed', code: 'INTERNAL_SERVER_ERROR' }]);
    expect([failed?.id, others]).toEqual([id, []]);

    const ringing = {
      portals: stores.portals,
      bells: { send: async () => {}, hide: async () => true },
      clock: bench.clock,
    };
    if (failed !== undefined) await redrive(failed, { ...stores, ringing, clock: bench.clock });
    await bench.drain();

    expect((await statuses()).map(({ status }) => status).toSorted()).toEqual(['failed', 'unbound']);
    expect(await Array.fromAsync(stores.jobs.failed(memberId))).toEqual([]);
  });

  it('by a manual block stops: one call, one alarm, the jobs are kept, and a probe takes them up again', async () => {
    bench.portal.settings.authError = 'OVERLOAD_LIMIT';
    await bench.add(unbindTask(activity));
    await bench.add(unbindTask(activity + 1));

    await bench.drain();
    bench.clock.jumpTo(bench.clock.now() + 60_000);
    await bench.drain();
    const stopped = await state();
    const requests = bench.portal.ledger.requests.length;
    bench.clock.jumpTo(stopped?.stop?.probeAt ?? 0);
    await bench.drain();
    const probed = await state();
    bench.portal.settings.authError = null;
    bench.clock.jumpTo(probed?.stop?.probeAt ?? 0);
    await bench.drain();

    expect([requests, stopped?.stop?.code, probed?.stop?.probes]).toEqual([1, 'OVERLOAD_LIMIT', 1]);
    expect(bench.logged.filter((line) => line.includes('"alarm":true'))).toHaveLength(1);
    expect([await statuses(), await statuses(activity + 1)]).toEqual([UNBOUND, UNBOUND]);
    expect((await state())?.stop).toBeNull();
  });

  it('stays stopped while its probe gets no answer', async () => {
    bench.portal.settings.authError = 'OVERLOAD_LIMIT';
    await bench.add(unbindTask(activity));
    await bench.drain();
    bench.portal.settings.authError = null;
    bench.portal.script({ kind: 'close', times: 1 });
    bench.clock.jumpTo((await state())?.stop?.probeAt ?? 0);

    await servePortal(bench.engine, bench.portal.memberId, ALWAYS);
    const unproven = await state();
    await bench.drain();

    expect(unproven?.stop?.code).toBe('OVERLOAD_LIMIT');
    expect(await statuses()).toEqual(UNBOUND);
    expect((await state())?.stop).toBeNull();
  });

  it('with a method over its operating time lets that method rest, and answers robots meanwhile', async () => {
    bench.portal.script({ method: DELETE, kind: { error: { code: 'OPERATION_TIME_LIMIT', status: 429 } } });
    await bench.add(unbindTask(activity));
    await servePortal(bench.engine, bench.portal.memberId, ALWAYS);
    const before = bench.clock.now();
    await bench.add({ kind: 'explain', code: 'NOT_UNDERSTOOD', details: 'x' }, { eventToken: 'a|b|c.d' });

    await servePortal(bench.engine, bench.portal.memberId, ALWAYS);

    expect(bench.calls('bizproc.event.send')).toBe(1);
    expect(bench.clock.now() - before).toBeLessThan(5_000);
    await bench.drain();
    expect(await statuses()).toEqual(UNBOUND);
    expect(bench.clock.now() - before).toBeGreaterThanOrEqual(55_000);
  });

  it('that refuses batches as such is served call by call', async () => {
    bench.portal.script({ method: 'batch', kind: { error: { code: 'OPERATION_TIME_LIMIT', status: 429 } } });
    await bench.add(unbindTask(activity, activity + 1, activity + 2));

    await bench.drain();

    expect(bench.removals()).toBe(3);
    expect(bench.portal.ledger.requests.map(({ method }) => method)).toEqual(['batch', DELETE, DELETE, DELETE]);
  });
});

describe('a job on which the work breaks off', () => {
  it('again and again is given up after five times, and its robot is told', async () => {
    const planners = {
      ...bench.engine.planners,
      unbind: async () => {
        throw new TypeError('poison');
      },
    };
    const poison = await bench.add(unbindTask(activity), { eventToken: 'a|b|c.d' });

    await bench.drain({ ...bench.engine, planners });

    const [failed] = await Array.fromAsync(bench.aws.stores.jobs.failed(bench.portal.memberId));
    expect([failed?.id, failed?.code, failed?.failures]).toEqual([poison, 'INTERNAL_ERROR', 4]);
    expect(bench.calls('bizproc.event.send')).toBe(1);
    if (failed !== undefined) await bench.aws.stores.jobs.redriven(failed);
  });

  it('by killing the worker is given up as well, and the others go on', async () => {
    const poison = await bench.add({ kind: 'sweep' }, { lane: 'sweep' });
    const planners = { ...bench.engine.planners, sweep: () => new Promise<never>(() => {}) };
    // A planner that never comes back stands for a process that ends: what it was about to do is not done.
    for (let death = 0; death < 20; death++) {
      const served = servePortal({ ...bench.engine, planners }, bench.portal.memberId, ALWAYS);
      const ended = await Promise.race([served, new Promise((resolve) => setTimeout(resolve, 300, 'killed'))]);
      if (ended !== 'killed') break;
      bench.clock.jumpTo(bench.clock.now() + 60_000);
    }
    await bench.add(unbindTask(activity));
    await bench.drain();

    const [failed] = await Array.fromAsync(bench.aws.stores.jobs.failed(bench.portal.memberId));
    expect([failed?.id, failed?.code]).toEqual([poison, 'INTERNAL_ERROR']);
    expect(await statuses()).toEqual(UNBOUND);
    if (failed !== undefined) await bench.aws.stores.jobs.redriven(failed);
  });
});

it('a workflow with a time-out is answered before it, and the work goes on', async () => {
  bench.portal.script({ method: DELETE, when: 'before', kind: 'close' });
  const answerBy = bench.clock.now() + 40_000;
  await bench.add(unbindTask(activity), { eventToken: 'a|b|c.d', answerBy });

  await bench.drain();

  const answers = bench.portal.ledger.requests.filter(({ method }) => method === 'bizproc.event.send');
  expect(answers).toHaveLength(1);
  expect(answers[0]?.at).toBeLessThan(answerBy);
  expect(await statuses()).toEqual(UNBOUND);
});

it('a workflow whose time-out is near from the start is answered once, and its job ends', async () => {
  const id = await bench.add(unbindTask(activity), { eventToken: 'a|b|c.d', answerBy: bench.clock.now() + 10_000 });

  const served = await bench.drain();

  expect(await statuses()).toEqual(UNBOUND);
  expect(bench.calls('bizproc.event.send')).toBe(1);
  expect(await bench.aws.stores.jobs.read(bench.portal.memberId, id)).toMatchObject({ phase: 'finished' });
  expect(served).toBeLessThan(3);
});

it('a job that was answered by a process which died then still ends', async () => {
  const { jobs } = bench.aws.stores;
  bench.portal.script({ method: DELETE, when: 'before', kind: 'close' });
  const answerBy = bench.clock.now() + 3_600_000;
  const id = await bench.add(unbindTask(activity), { eventToken: 'a|b|c.d', answerBy });
  await servePortal(bench.engine, bench.portal.memberId, ALWAYS);
  const job = await jobs.read(bench.portal.memberId, id);
  if (job !== null) await jobs.answered(job);

  await bench.drain();

  expect(await statuses()).toEqual(UNBOUND);
  expect(await jobs.read(bench.portal.memberId, id)).toMatchObject({ phase: 'finished' });
});

it('robots go before events, and events before sweeps, whatever came first', async () => {
  const ids = [0, 1, 2].map((index) => activity + index);
  await bench.add(unbindTask(ids[0] ?? 0), { lane: 'sweep' });
  await bench.add(unbindTask(ids[1] ?? 0), { lane: 'event' });
  await bench.add(unbindTask(ids[2] ?? 0), { lane: 'robot' });

  await bench.drain();

  const order = bench.portal.ledger.changes.map(({ data }) => data.activityId);
  expect(order).toEqual([ids[2], ids[1], ids[0]]);
});

it('nothing of a paused portal is touched until it is resumed', async () => {
  await bench.aws.stores.portals.setPaused(bench.portal.memberId, true);
  await bench.add(unbindTask(activity));
  await bench.drain();
  expect(bench.portal.ledger.requests).toEqual([]);

  await bench.aws.stores.portals.setPaused(bench.portal.memberId, false);
  await bench.drain();

  expect(await statuses()).toEqual(UNBOUND);
  expect(DEAL).toEqual({ entityTypeId: 2, entityId: 1 });
});
