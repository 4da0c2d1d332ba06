import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { NotNow } from '../../../lib/jobs/planner.ts';
import { servePortal } from '../../../lib/worker/serve-portal.ts';
import { ALWAYS, DEAL, unbindTask } from '../../support/worker/bench.ts';
import { type FaultBench, faultBench, UNBOUND } from '../../support/worker/fault-bench.ts';

let bench: FaultBench;
beforeAll(async () => {
  bench = await faultBench();
});
beforeEach(() => bench.fresh());
afterAll(() => bench.close());

describe('a job on which the work breaks off', () => {
  it('again and again is given up after five times, and its workflow is told', async () => {
    const planners = {
      ...bench.ports.planners,
      unbind: async () => {
        throw new TypeError('poison');
      },
    };
    const poison = await bench.add(unbindTask(bench.activity), { eventToken: 'a|b|c.d' });

    await bench.drain({ ...bench.ports, planners });

    const [failed] = await Array.fromAsync(bench.aws.stores.jobs.failed(bench.portal.memberId));
    expect([failed?.id, failed?.code, failed?.failures]).toEqual([poison, 'INTERNAL_ERROR', 4]);
    expect(bench.calls('bizproc.event.send')).toBe(1);
    if (failed !== undefined) await bench.aws.stores.jobs.markRedriven(failed);
  });

  it('because of trouble of the portal or of a store, in any mixture, is kept for about an hour', async () => {
    const { unbind } = bench.ports.planners;
    let times = 0;
    const planners: typeof bench.ports.planners = {
      ...bench.ports.planners,
      unbind: async (job, ask) => {
        times += 1;
        if (times <= 6) throw new NotNow(null, 'NO_ANSWER');
        if (times <= 10) throw Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' });
        return await unbind(job, ask);
      },
    };
    await bench.add(unbindTask(bench.activity));

    await bench.drain({ ...bench.ports, planners });

    expect(times).toBe(11);
    expect(await bench.statuses()).toEqual(UNBOUND);
  });

  it('twenty times, but each time makes progress afterwards, is not given up', async () => {
    const { unbind } = bench.ports.planners;
    let times = 0;
    const planners: typeof bench.ports.planners = {
      ...bench.ports.planners,
      unbind: async (job, ask) => {
        times += 1;
        if (times % 2 === 1) throw new NotNow(null, 'NO_ANSWER');
        const planned = await unbind(job, ask);
        const [step] = planned.steps;
        return step === undefined ? planned : { ...planned, steps: [step], checkpoint: step.checkpointAfter() };
      },
    };
    await bench.add(unbindTask(...Array.from({ length: 20 }, (_, index) => bench.activity + index)));

    await bench.drain({ ...bench.ports, planners });

    expect(bench.removals()).toBe(20);
  });

  it('because it kills the worker is given up as well, and the other jobs continue', async () => {
    const poison = await bench.add({ kind: 'sweep' }, { lane: 'sweep' });
    let deaths = 0;
    for (; deaths < 20; deaths++) {
      const { promise: killed, resolve: kill } = Promise.withResolvers<'killed'>();
      // A planner that never returns stands for a process that dies: what it was about to do is not done.
      const sweep = () => {
        kill('killed');
        return new Promise<never>(() => {});
      };
      const ports = { ...bench.ports, planners: { ...bench.ports.planners, sweep } };
      const served = servePortal(ports, bench.portal.memberId, ALWAYS);
      if ((await Promise.race([served, killed])) !== 'killed') break;
      bench.clock.jumpTo(bench.clock.now() + 600_000);
    }
    await bench.add(unbindTask(bench.activity));
    await bench.drain();

    const [failed] = await Array.fromAsync(bench.aws.stores.jobs.failed(bench.portal.memberId));
    expect([failed?.id, failed?.code]).toEqual([poison, 'INTERNAL_ERROR']);
    // Three deaths make the workers careful, ten more are the job's own.
    expect(deaths).toBe(13);
    expect(await bench.statuses()).toEqual(UNBOUND);
    if (failed !== undefined) await bench.aws.stores.jobs.markRedriven(failed);
  });
});

it('a job of which nothing was read before the time of its worker ended counts no failure', async () => {
  const id = await bench.add({ kind: 'unbind', element: DEAL, activities: 'all', filter: null });
  let asked = 0;

  await servePortal(bench.ports, bench.portal.memberId, { allows: () => ++asked <= 1 });

  expect((await bench.aws.stores.jobs.read(bench.portal.memberId, id))?.failures).toBe(0);
  await bench.drain();
});
