import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Engine } from '../../../lib/unbind/engine.ts';
import type { NewJob } from '../../../lib/unbind/job.ts';
import { NOTHING_LEFT } from '../../../lib/unbind/planner.ts';
import { servePortal } from '../../../lib/unbind/serve-portal.ts';
import { beforeFirst } from './before-first.ts';
import { ALWAYS, type EngineBench, engineBench } from './bench.ts';

let bench: EngineBench;
beforeAll(async () => {
  bench = await engineBench();
});
afterAll(() => bench.close());

const isNotEmpty = (jobs: unknown): boolean => Array.isArray(jobs) && jobs.length > 0;

it('an event that comes just before its job is taken is one of those that the job is planned for', async () => {
  const { engine, clock, portal } = bench;
  const event: NewJob = {
    portal: portal.memberId,
    id: 'event:activity:7',
    lane: 'event',
    trigger: 'event',
    cause: 'ONCRMACTIVITYUPDATE',
    task: { kind: 'activity_changed', activityId: 7 },
  };
  await engine.jobs.coalesce(event, clock.now());
  const planned: number[] = [];
  const watched: Engine = {
    ...engine,
    jobs: beforeFirst(engine.jobs, 'take', () => engine.jobs.coalesce(event, clock.now()), isNotEmpty),
    planners: {
      ...engine.planners,
      activity_changed: async (job) => {
        planned.push(job.events);
        return NOTHING_LEFT;
      },
    },
  };

  await servePortal(watched, portal.memberId, ALWAYS);

  expect(planned).toEqual([2]);
});
