import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { redrive } from '../../../lib/jobs/redrive.ts';
import { DEAL, unbindTask } from '../../support/worker/bench.ts';
import { type FaultBench, faultBench, UNBOUND } from '../../support/worker/fault-bench.ts';

const DAY_MS = 86_400_000;

let bench: FaultBench;
beforeAll(async () => {
  bench = await faultBench();
});
beforeEach(() => bench.fresh());
afterAll(() => bench.close());

const wait = (days: number) => bench.clock.jumpTo(bench.clock.now() + days * DAY_MS);
const failedJobs = () => Array.fromAsync(bench.aws.stores.jobs.failed(bench.portal.memberId));

describe('what a robot asked for', () => {
  it('is not done any more when the portal comes back after three days: it has failed, and the workflow is told', async () => {
    const id = await bench.add(unbindTask(bench.activity), { trigger: 'robot', eventToken: 'a|b|c.d' });
    wait(3);

    await bench.drain();

    const [failed] = await failedJobs();
    expect([bench.removals(), failed?.id, failed?.code]).toEqual([0, id, 'EXPIRED']);
    const answers = bench.portal.ledger.requests
      .flatMap(({ commands }) => commands)
      .filter(({ method, executed }) => executed && method === 'bizproc.event.send');
    expect(answers).toMatchObject([{ params: { RETURN_VALUES: { status: 'failed', error_code: 'EXPIRED' } } }]);
    expect(bench.logged.join()).toContain('job_expired');
  });

  it('and was redriven has its time anew', async () => {
    const [failed] = await failedJobs();
    if (failed === undefined) throw new Error('nothing has failed');
    const { portals } = bench.aws.stores;
    const wakeUps = { send: async () => {} };
    bench.portal.seed({ activities: [{ id: bench.activity - 100, bindings: ['deal:1', 'contact:5'] }] });

    await redrive(failed, {
      ...bench.aws.stores,
      wakeDeps: { portals, wakeUps, clock: bench.clock },
      clock: bench.clock,
    });
    await bench.drain();

    expect([bench.removals(), await failedJobs()]).toEqual([1, []]);
  });

  it('is done when the portal comes back a little earlier', async () => {
    await bench.add(unbindTask(bench.activity), { trigger: 'robot' });
    wait(2.9);

    await bench.drain();

    expect(await bench.statuses()).toEqual(UNBOUND);
  });

  it('and was begun is finished', async () => {
    await bench.add({ kind: 'unbind', element: DEAL, activities: 'all', filter: null }, { trigger: 'robot' });
    bench.portal.script({ method: 'crm.activity.list', nth: 2, kind: 'close' });
    await bench.drain({ ...bench.ports, waitDays: { asked: 1e-9, event: 7 } });

    expect([bench.removals(), await failedJobs()]).toEqual([100, []]);
  });
});
