import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { NewJob } from '../../../lib/jobs/job.ts';
import { NOTHING_LEFT } from '../../../lib/jobs/planner.ts';
import { servePortal } from '../../../lib/worker/serve-portal.ts';
import type { WorkerPorts } from '../../../lib/worker/worker-ports.ts';
import { beforeFirst } from '../../support/worker/before-first.ts';
import { ALWAYS, DEAL, type WorkerBench, workerBench } from '../../support/worker/bench.ts';

let bench: WorkerBench;
beforeAll(async () => {
  bench = await workerBench();
});
afterAll(() => bench.close());

const isNotEmpty = (list: unknown): boolean => Array.isArray(list) && list.length > 0;

it('an event that arrives just before its job is taken counts among those that the job is planned for', async () => {
  const { ports, clock, portal } = bench;
  const event: NewJob = {
    portal: portal.memberId,
    id: 'event:activity:7',
    lane: 'event',
    trigger: 'event',
    cause: 'ONCRMACTIVITYUPDATE',
    task: { kind: 'activity_changed', activityId: 7 },
  };
  await ports.jobs.coalesce(event, clock.now());
  const planned: number[] = [];
  const watched: WorkerPorts = {
    ...ports,
    jobs: beforeFirst(ports.jobs, 'take', () => ports.jobs.coalesce(event, clock.now()), isNotEmpty),
    planners: {
      ...ports.planners,
      activity_changed: async (job) => {
        planned.push(job.events);
        return NOTHING_LEFT;
      },
    },
  };

  await servePortal(watched, portal.memberId, ALWAYS);

  expect(planned).toEqual([2]);
});

it('a change by a person is looked at although the answer to our own change was lost and its event came early', async () => {
  const { ports, portal, clock, aws } = bench;
  const rules = [{ name: 'lost', element: 'deal', when: { stage: 'failed' }, activities: { completed: true } }];
  await aws.stores.portals.writeRules(portal.memberId, JSON.stringify(rules));
  portal.seed({
    deals: [1, 2].map((id) => ({ id, stageId: 'LOSE' })),
    activities: [{ id: 11, completed: false, bindings: ['deal:1', 'deal:2', 'contact:5'] }],
  });
  const changed = () =>
    ports.jobs.coalesce(
      {
        portal: portal.memberId,
        id: 'event:activity:11',
        lane: 'event',
        trigger: 'event',
        cause: 'ONCRMACTIVITYUPDATE',
        builtAt: clock.now(),
        task: { kind: 'activity_changed', activityId: 11 },
      },
      clock.now(),
    );
  portal.script({ method: 'crm.activity.binding.delete', when: 'after', kind: 'close' });
  await bench.add({ kind: 'unbind', element: DEAL, activities: [11], filter: null });
  let writes = 0;
  const intents = beforeFirst(ports.intents, 'write', changed, () => ++writes === 2);
  // Our own event is worked on before it is known what became of the call; the person's change comes before that as well.
  const personComes = async () => {
    await portal.act({ do: 'completeActivity', id: 11 });
    await changed();
  };
  const outcomes = beforeFirst(ports.outcomes, 'record', personComes, isNotEmpty);

  await bench.drain({ ...ports, intents, outcomes });

  expect(portal.crm().bindings.rows(11)).toMatchObject([{ entityTypeId: 3, entityId: 5 }]);
});

it.each([
  ['an event that was built before our own change is looked at, even when the event of ours got lost', 30_000, ['3:5']],
  ['an event that was built together with our change is taken for ours', 0, ['2:2', '3:5']],
])('%s', async (_case, earlier, left) => {
  const { ports, portal, clock, aws } = bench;
  clock.jumpTo(clock.now() + 60_000);
  await aws.stores.portals.writeRules(
    portal.memberId,
    '[{ "name": "lost", "element": "deal", "when": { "stage": "failed" } }]',
  );
  portal.seed({
    deals: [1, 2].map((id) => ({ id, stageId: 'LOSE' })),
    activities: [{ id: 21, bindings: ['deal:1', 'deal:2', 'contact:5'] }],
  });
  await bench.add({ kind: 'unbind', element: DEAL, activities: [21], filter: null });
  await bench.drain();

  await ports.jobs.coalesce(
    {
      portal: portal.memberId,
      id: 'event:activity:21',
      lane: 'event',
      trigger: 'event',
      cause: 'ONCRMACTIVITYUPDATE',
      builtAt: clock.now() - earlier,
      task: { kind: 'activity_changed', activityId: 21 },
    },
    clock.now(),
  );
  await bench.drain();

  const rows = portal.crm().bindings.rows(21);
  expect(rows.map(({ entityTypeId, entityId }) => `${entityTypeId}:${entityId}`).sort()).toEqual(left);
});
