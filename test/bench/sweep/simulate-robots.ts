import type { AwsStores } from '../../../lib/aws/aws-stores.ts';
import { createActivity } from '../../../lib/simulator/crm/activities/seed-activities.ts';
import { activitySeed } from '../../../lib/simulator/crm/crm-seed.ts';
import type { SimulatedPortal } from '../../../lib/simulator/simulated-portal.ts';
import type { JumpingClock } from '../../support/jumping-clock.ts';
import { overrideMethods } from './override-methods.ts';

const EVERY_MS = 17_000;
/** Higher than every activity of the portal. The robots' activities are bound to contacts only, which no rule is about. */
export const ROBOTS_FROM = 90_000_000;

export type Robots = {
  /** The stores, with robot calls arriving. */
  readonly stores: AwsStores;
  /** The time from each call to its outcome, ms, shortest first. */
  waits(): Promise<number[]>;
};

/** Lets a robot call every 17 s while a run is going on, also in the middle of its reads. */
export function simulateRobots(stores: AwsStores, portal: SimulatedPortal, clock: JumpingClock): Robots {
  const calledAt = new Map<string, number>();
  let next = clock.now() + EVERY_MS;
  const call = async (): Promise<void> => {
    const activityId = ROBOTS_FROM + calledAt.size;
    const bindings = [1, 2].map((entityId) => ({ entityTypeId: 3, entityId }));
    createActivity(portal.crm(), activitySeed.parse({ id: activityId }), bindings);
    const id = `robot:${activityId}`;
    calledAt.set(id, next);
    const task = {
      kind: 'unbind',
      element: { entityTypeId: 3, entityId: 1 },
      activities: [activityId],
      filter: null,
    } as const;
    const job = { portal: portal.memberId, id, lane: 'robot', trigger: 'robot', cause: 'bench', task } as const;
    await stores.jobs.add(job, next);
    next += EVERY_MS;
  };
  const jobs = overrideMethods(stores.jobs, {
    async due(...args) {
      while (next <= clock.now()) await call();
      return await stores.jobs.due(...args);
    },
  });
  return {
    stores: { ...stores, jobs },
    async waits() {
      const waits: number[] = [];
      for (const [id, at] of calledAt) {
        const [outcome] = await stores.outcomes.ofJob(portal.memberId, id);
        waits.push(outcome === undefined ? Number.POSITIVE_INFINITY : Date.parse(outcome.at) - at);
      }
      return waits.sort((one, other) => one - other);
    },
  };
}
