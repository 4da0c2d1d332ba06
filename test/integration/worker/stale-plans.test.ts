import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { beforeFirst } from '../../support/worker/before-first.ts';
import { DEAL, type WorkerBench, workerBench } from '../../support/worker/bench.ts';

let bench: WorkerBench;
beforeAll(async () => {
  bench = await workerBench();
});
afterAll(() => bench.close());

it('a plan that waits for room is made anew when a robot has removed a binding that it relied on', async () => {
  const { ports, portal, clock, aws } = bench;
  const [OTHER_DEAL, CONTACT] = [
    { entityTypeId: 2, entityId: 2 },
    { entityTypeId: 3, entityId: 5 },
  ];
  const rules = [{ name: 'lost-deals', element: 'deal', when: { stage: 'failed' } }];
  await aws.stores.portals.writeRules(portal.memberId, JSON.stringify(rules));
  portal.seed({
    deals: [1, 2].map((id) => ({ id, stageId: 'LOSE' })),
    activities: [
      { id: 1, count: 50, bindings: ['deal:1', 'contact:5'] },
      { id: 101, count: 50, bindings: ['deal:2', 'contact:5'] },
    ],
  });
  for (const element of [DEAL, OTHER_DEAL]) {
    await ports.jobs.coalesce(
      {
        portal: portal.memberId,
        id: `event:${element.entityTypeId}:${element.entityId}`,
        lane: 'event',
        trigger: 'event',
        cause: 'ONCRMDEALUPDATE',
        task: { kind: 'element_changed', element },
      },
      clock.now(),
    );
  }
  // Both are planned, and the first one fills the request; the robot's job arrives when that is about to be sent.
  const robot = () =>
    bench.add({
      kind: 'unbind',
      element: CONTACT,
      activities: Array.from({ length: 50 }, (_, index) => 101 + index),
      filter: null,
    });

  await bench.drain({ ...ports, intents: beforeFirst(ports.intents, 'write', robot) });

  expect(bench.calls('crm.activity.binding.delete')).toBe(100);
  expect(bench.removals()).toBe(100);
});

it('a plan does not wait for room while a change that affects it is still at work', async () => {
  const { ports, portal, clock, aws } = bench;
  const rules = [{ name: 'leads', element: 'lead', when: { alsoBoundTo: ['contact'] } }];
  await aws.stores.portals.writeRules(portal.memberId, JSON.stringify(rules));
  portal.seed({
    leads: [{ id: 1 }, { id: 2 }],
    activities: [
      { id: 1, count: 50, bindings: ['lead:1', 'contact:5', 'company:6'] },
      { id: 200, bindings: ['lead:2', 'contact:5', 'company:6'] },
    ],
  });
  // The robot's change is sent twice, the second time together with what the first lead's event asks for.
  const busy = JSON.stringify({ error: 'QUERY_LIMIT_EXCEEDED', error_description: '' });
  portal.script({ method: 'crm.activity.binding.delete', when: 'before', kind: { status: 503, body: busy } });
  await bench.add({ kind: 'unbind', element: { entityTypeId: 3, entityId: 5 }, activities: [200], filter: null });
  let writes = 0;
  const changeLeads = async () => {
    for (const entityId of [1, 2]) {
      const element = { entityTypeId: 1, entityId };
      const task = { kind: 'element_changed', element } as const;
      const event = { lane: 'event', trigger: 'event', cause: 'ONCRMLEADUPDATE', task } as const;
      await ports.jobs.coalesce({ portal: portal.memberId, id: `event:1:${entityId}`, ...event }, clock.now());
    }
  };

  await bench.drain({ ...ports, intents: beforeFirst(ports.intents, 'write', changeLeads, () => ++writes === 2) });

  const left = portal.crm().bindings.rows(200);
  expect(left.map(({ entityTypeId, entityId }) => `${entityTypeId}:${entityId}`).sort()).toEqual(['1:2', '4:6']);
});
