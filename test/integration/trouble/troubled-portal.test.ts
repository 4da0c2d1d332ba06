import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { redrive } from '../../../lib/jobs/redrive.ts';
import { servePortal } from '../../../lib/worker/serve-portal.ts';
import { ALWAYS, DEAL, unbindTask } from '../../support/worker/bench.ts';
import { DELETE, type FaultBench, faultBench, UNBOUND } from '../../support/worker/fault-bench.ts';

let bench: FaultBench;
beforeAll(async () => {
  bench = await faultBench();
});
beforeEach(() => bench.fresh());
afterAll(() => bench.close());

describe('a portal that is in trouble', () => {
  it.each([
    ['QUERY_LIMIT_EXCEEDED', 503],
    ['INTERNAL_SERVER_ERROR', 500],
    ['CONNECTION_ERROR', 401],
  ])('with %s is called again later', async (code, status) => {
    bench.portal.script({ method: DELETE, times: 3, kind: { error: { code, status } } });
    await bench.add(unbindTask(bench.activity));

    await bench.drain();

    expect(await bench.statuses()).toEqual(UNBOUND);
    expect(bench.calls(DELETE)).toBe(4);
  });

  it('for longer than an hour of backoff: the command has failed, its job is kept, and can be redriven', async () => {
    bench.portal.script({ method: DELETE, times: 12, kind: { error: { code: 'INTERNAL_SERVER_ERROR', status: 500 } } });
    const id = await bench.add(unbindTask(bench.activity));
    const { stores } = bench.aws;
    const { memberId } = bench.portal;

    await bench.drain();
    const [failed, ...others] = await Array.fromAsync(stores.jobs.failed(memberId));

    expect(await bench.statuses()).toEqual([{ status: 'failed', code: 'INTERNAL_SERVER_ERROR' }]);
    expect([failed?.id, others]).toEqual([id, []]);

    const wakeDeps = {
      portals: stores.portals,
      wakeUps: { send: async () => {}, hide: async () => true },
      clock: bench.clock,
    };
    if (failed !== undefined) await redrive(failed, { ...stores, wakeDeps, clock: bench.clock });
    await bench.drain();

    expect((await bench.statuses()).map(({ status }) => status).toSorted()).toEqual(['failed', 'unbound']);
    expect(await Array.fromAsync(stores.jobs.failed(memberId))).toEqual([]);
  });

  it('that is blocked by hand is stopped: one call, one alarm, its jobs are kept, and a probe resumes them', async () => {
    bench.portal.settings.authError = 'OVERLOAD_LIMIT';
    await bench.add(unbindTask(bench.activity));
    await bench.add(unbindTask(bench.activity + 1));

    await bench.drain();
    bench.clock.jumpTo(bench.clock.now() + 60_000);
    await bench.drain();
    const stopped = await bench.state();
    const requests = bench.portal.ledger.requests.length;
    bench.clock.jumpTo(stopped?.stop?.probeAt ?? 0);
    await bench.drain();
    const probed = await bench.state();
    bench.portal.settings.authError = null;
    bench.clock.jumpTo(probed?.stop?.probeAt ?? 0);
    await bench.drain();

    expect([requests, stopped?.stop?.code, probed?.stop?.probes]).toEqual([1, 'OVERLOAD_LIMIT', 1]);
    expect(bench.logged.filter((line) => line.includes('"alarm":true'))).toHaveLength(1);
    expect([await bench.statuses(), await bench.statuses(bench.activity + 1)]).toEqual([UNBOUND, UNBOUND]);
    expect((await bench.state())?.stop).toBeNull();
  });

  it('stays stopped while its probe gets no answer', async () => {
    bench.portal.settings.authError = 'OVERLOAD_LIMIT';
    await bench.add(unbindTask(bench.activity));
    await bench.drain();
    bench.portal.settings.authError = null;
    bench.portal.script({ kind: 'close', times: 1 });
    bench.clock.jumpTo((await bench.state())?.stop?.probeAt ?? 0);

    await servePortal(bench.ports, bench.portal.memberId, ALWAYS);
    const unproven = await bench.state();
    await bench.drain();

    expect(unproven?.stop?.code).toBe('OVERLOAD_LIMIT');
    expect(await bench.statuses()).toEqual(UNBOUND);
    expect((await bench.state())?.stop).toBeNull();
  });

  it('whose method is over its operating time rests for that method, and robots are answered meanwhile', async () => {
    bench.portal.script({ method: DELETE, kind: { error: { code: 'OPERATION_TIME_LIMIT', status: 429 } } });
    await bench.add(unbindTask(bench.activity));
    await servePortal(bench.ports, bench.portal.memberId, ALWAYS);
    const before = bench.clock.now();
    await bench.add({ kind: 'explain', code: 'NOT_UNDERSTOOD', details: 'x' }, { eventToken: 'a|b|c.d' });

    await servePortal(bench.ports, bench.portal.memberId, ALWAYS);

    expect(bench.calls('bizproc.event.send')).toBe(1);
    expect(bench.clock.now() - before).toBeLessThan(5_000);
    await bench.drain();
    expect(await bench.statuses()).toEqual(UNBOUND);
    expect(bench.clock.now() - before).toBeGreaterThanOrEqual(55_000);
  });

  it('that refuses batches is served call by call', async () => {
    bench.portal.script({ method: 'batch', kind: { error: { code: 'OPERATION_TIME_LIMIT', status: 429 } } });
    await bench.add(unbindTask(bench.activity, bench.activity + 1, bench.activity + 2));

    await bench.drain();

    expect(bench.removals()).toBe(3);
    expect(bench.portal.ledger.requests.map(({ method }) => method)).toEqual(['batch', DELETE, DELETE, DELETE]);
  });
});

it('nothing of a paused portal is touched until it is resumed', async () => {
  await bench.aws.stores.portals.setPaused(bench.portal.memberId, true);
  await bench.add(unbindTask(bench.activity));
  await bench.drain();
  expect(bench.portal.ledger.requests).toEqual([]);

  await bench.aws.stores.portals.setPaused(bench.portal.memberId, false);
  await bench.drain();

  expect(await bench.statuses()).toEqual(UNBOUND);
  expect(DEAL).toEqual({ entityTypeId: 2, entityId: 1 });
});
