import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { type FaultBench, faultBench, LIST } from '../../support/worker/fault-bench.ts';

let bench: FaultBench;
beforeAll(async () => {
  bench = await faultBench();
});
beforeEach(() => bench.fresh());
afterAll(() => bench.close());

it.each(['event', 'sweep'] as const)(
  'one activity whose bindings cannot be read (the request dies) does not end the %s for the other 19',
  async (lane) => {
    const { activity, portal, aws, clock } = bench;
    await aws.stores.portals.writeRules(
      portal.memberId,
      JSON.stringify([{ name: 'lost', element: 'deal', when: { stage: 'failed' } }]),
    );
    portal.seed({
      deals: [{ id: activity, stageId: 'LOSE' }],
      activities: [{ id: activity + 20_000, count: 20, bindings: [`deal:${activity}`, 'contact:5'] }],
    });
    for (const inBatch of [true, false])
      portal.script({
        method: LIST,
        params: { activityId: activity + 20_003 },
        inBatch,
        times: 1e6,
        kind: { status: 500, body: '<html>' },
      });
    const id = portal.memberId;
    if (lane === 'event')
      await aws.stores.jobs.coalesce(
        {
          portal: id,
          id: `event:2:${activity}`,
          lane: 'event',
          trigger: 'event',
          cause: 'ONCRMDEALUPDATE',
          task: { kind: 'element_changed', element: { entityTypeId: 2, entityId: activity } },
        },
        clock.now(),
      );
    else
      await aws.stores.jobs.add(
        {
          portal: id,
          id: 'sweep:20261124T010000Z',
          lane: 'sweep',
          trigger: 'cleanup',
          cause: 'sweep',
          task: { kind: 'sweep' },
        },
        clock.now(),
      );
    await bench.drain();
    expect(bench.removals()).toBeGreaterThanOrEqual(19);
  },
);
