import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { servePortal } from '../../../lib/worker/serve-portal.ts';
import { ALWAYS, unbindTask } from '../../support/worker/bench.ts';
import { DELETE, type FaultBench, faultBench, UNBOUND } from '../../support/worker/fault-bench.ts';

let bench: FaultBench;
beforeAll(async () => {
  bench = await faultBench();
});
beforeEach(() => bench.fresh());
afterAll(() => bench.close());

it('an answer to a workflow that meets a "0" in its batch is sent again', async () => {
  bench.portal.script({ method: 'bizproc.event.send', inBatch: true, kind: { error: { code: '0' } } });
  await bench.add({ kind: 'explain', code: 'X', details: 'x' }, { eventToken: 'a|b|c.d' });
  await bench.add({ kind: 'explain', code: 'X', details: 'x' }, { eventToken: 'e|f|g.h' });

  await bench.drain();

  expect(bench.calls('bizproc.event.send')).toBe(3);
});

it('a workflow is answered before its time-out, and the work continues', async () => {
  bench.portal.script({ method: DELETE, when: 'before', kind: 'close' });
  const answerBy = bench.clock.now() + 40_000;
  await bench.add(unbindTask(bench.activity), { eventToken: 'a|b|c.d', answerBy });

  await bench.drain();

  const answers = bench.portal.ledger.requests.filter(({ method }) => method === 'bizproc.event.send');
  expect(answers).toHaveLength(1);
  expect(answers[0]?.at).toBeLessThan(answerBy);
  expect(await bench.statuses()).toEqual(UNBOUND);
});

it.each([5_000, 10_000, 15_000])(
  'a workflow that waits for %s ms only is told what was done, not that it is pending',
  async (ms) => {
    const answerBy = bench.clock.now() + ms;
    await bench.add(unbindTask(bench.activity), { eventToken: 'a|b|c.d', answerBy });

    await bench.drain();

    const answers = bench.portal.ledger.requests
      .flatMap(({ at, commands }) => commands.map((command) => ({ at, ...command })))
      .filter(({ method, executed }) => executed && method === 'bizproc.event.send');
    expect(answers).toMatchObject([{ params: { RETURN_VALUES: { status: 'unbound', unbound: '1' } } }]);
    expect(answers[0]?.at).toBeLessThan(answerBy);
  },
);

it('a workflow whose time-out is near from the start is answered once, and its job ends', async () => {
  const id = await bench.add(unbindTask(bench.activity), {
    eventToken: 'a|b|c.d',
    answerBy: bench.clock.now() + 10_000,
  });

  const served = await bench.drain();

  expect(await bench.statuses()).toEqual(UNBOUND);
  expect(bench.calls('bizproc.event.send')).toBe(1);
  expect(await bench.aws.stores.jobs.read(bench.portal.memberId, id)).toMatchObject({ phase: 'finished' });
  expect(served).toBeLessThan(3);
});

it('a job whose workflow was answered by a process that then died still ends', async () => {
  const { jobs } = bench.aws.stores;
  bench.portal.script({ method: DELETE, when: 'before', kind: 'close' });
  const answerBy = bench.clock.now() + 3_600_000;
  const id = await bench.add(unbindTask(bench.activity), { eventToken: 'a|b|c.d', answerBy });
  await servePortal(bench.ports, bench.portal.memberId, ALWAYS);
  const job = await jobs.read(bench.portal.memberId, id);
  if (job !== null) await jobs.dropEventToken(job);

  await bench.drain();

  expect(await bench.statuses()).toEqual(UNBOUND);
  expect(await jobs.read(bench.portal.memberId, id)).toMatchObject({ phase: 'finished' });
});
