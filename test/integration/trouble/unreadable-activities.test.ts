import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { FaultKind } from '../../../lib/simulator/fault-script.ts';
import { type FaultBench, faultBench, LIST } from '../../support/worker/fault-bench.ts';

let bench: FaultBench;
beforeAll(async () => {
  bench = await faultBench();
});
beforeEach(() => bench.fresh());
afterAll(() => bench.close());

const RULES = [{ name: 'lost', element: 'deal', when: { stage: 'failed' } }];

/** Asks for the rules to be applied to the deal. */
async function ask(lane: 'event' | 'sweep', deal: number): Promise<void> {
  const { aws, portal, clock } = bench;
  const base = { portal: portal.memberId, lane, cause: 'test' } as const;
  const element = { entityTypeId: 2, entityId: deal };
  if (lane === 'sweep') {
    const job = { ...base, id: `sweep:${deal}`, trigger: 'cleanup', task: { kind: 'sweep' } } as const;
    await aws.stores.jobs.add(job, clock.now());
  } else {
    const job = {
      ...base,
      id: `event:2:${deal}`,
      trigger: 'event',
      task: { kind: 'element_changed', element },
    } as const;
    await aws.stores.jobs.coalesce(job, clock.now());
  }
}

it.each<[string, 'event' | 'sweep', FaultKind]>([
  ['whose reading kills the request does not end the event', 'event', { status: 500, body: '<html>' }],
  ['whose reading kills the request does not end the sweep', 'sweep', { status: 500, body: '<html>' }],
  [
    'whose reading meets a server error does not end the event',
    'event',
    { error: { code: 'INTERNAL_SERVER_ERROR', status: 500 } },
  ],
])('one activity %s for the other 19', async (_case, lane, kind) => {
  const { activity, portal, aws } = bench;
  const first = activity + 20_000;
  await aws.stores.portals.writeRules(portal.memberId, JSON.stringify(RULES));
  portal.seed({
    deals: [{ id: activity, stageId: 'LOSE' }],
    activities: [{ id: first, count: 20, bindings: [`deal:${activity}`, 'contact:5'] }],
  });
  for (const inBatch of [true, false]) {
    portal.script({ method: LIST, params: { activityId: first + 3 }, inBatch, times: 1_000_000, kind });
  }

  await ask(lane, activity);
  await bench.drain();

  expect(bench.removals()).toBe(19);
});
