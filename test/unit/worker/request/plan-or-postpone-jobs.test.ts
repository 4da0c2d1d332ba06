import { describe, expect, it } from '@jest/globals';
import { NotNow, type Planner, PortalStopped } from '../../../../lib/jobs/planner.ts';
import { planOrPostponeJobs } from '../../../../lib/worker/request/plan-or-postpone-jobs.ts';
import type { Session } from '../../../../lib/worker/request/session.ts';
import { type FakePorts, fakeSession } from '../../../support/worker/fake-session.ts';
import { jobOf, NOW, plannedOf, stepOf, unbindTaskOf } from '../../../support/worker/samples.ts';

/** A session whose planner of unbind jobs throws `error`; `isTransient`: it is trouble of a store. */
function failing(error: Error, isTransient = false, changes: Partial<Session> = {}) {
  const session = fakeSession(changes);
  const planners = { ...session.ports.planners, unbind: () => Promise.reject(error) };
  const ports: FakePorts = { ...session.ports, planners, isTransient: () => isTransient };
  return { ...session, ports };
}

/** A session whose planner of unbind jobs may read so many calls, one after the other, and then wants one more. */
function reading(most: number) {
  const session = fakeSession();
  const unbind: Planner = async (_job, ask) => {
    for (let id = 1; id <= most; id += 1) await ask({ method: 'crm.activity.get', params: { id } });
    throw new NotNow(NOW, 'OTHERS_FIRST');
  };
  return { ...session, ports: { ...session.ports, planners: { ...session.ports.planners, unbind } } };
}

const plan = async (session: Session & { ports: FakePorts }, ...jobs: ReturnType<typeof jobOf>[]) => {
  session.ports.jobs.put(...jobs);
  return await planOrPostponeJobs(session, jobs, 'all');
};

describe('a job', () => {
  it('is planned as it is when it is taken, with all of its events', async () => {
    const session = fakeSession();
    session.ports.jobs.put(jobOf({ task: unbindTaskOf(1, 2) }));

    const plans = await planOrPostponeJobs(session, [jobOf({ task: unbindTaskOf(1) })], 'all');

    expect(plans).toMatchObject([{ planned: { steps: [{ activityId: 1 }, { activityId: 2 }] } }]);
  });

  it('that cannot be planned before a known time is postponed until then', async () => {
    const session = failing(new NotNow(NOW + 60_000, 'RATE'));

    expect(await plan(session, jobOf({ failures: 4 }))).toEqual([]);
    expect(session.ports.jobs.jobs.get('job')).toMatchObject({ dueAt: NOW + 60_000, failures: 4 });
  });

  it('whose time runs out goes on from what it has read, and has made progress', async () => {
    const session = reading(2);

    expect(await plan(session, jobOf({ failures: 4, cursor: { next: 1 } }))).toEqual([
      {
        job: jobOf({ failures: 4, cursor: { next: 1 } }),
        planned: { steps: [], checkpoint: expect.anything(), code: null },
      },
    ]);
    expect(session.ports.jobs.jobs.get('job')).toMatchObject({ failures: 4 });
  });

  it('whose turn passes before it has read anything keeps its place and its count', async () => {
    const session = failing(new NotNow(NOW, 'OTHERS_FIRST'));

    expect(await plan(session, jobOf({ failures: 4, dueAt: NOW - 5 }))).toEqual([]);
    expect(session.ports.jobs.jobs.get('job')).toMatchObject({ failures: 4, dueAt: NOW - 5 });
  });

  it('that was first and whose time ran out without any progress has met trouble', async () => {
    const session = failing(new NotNow(NOW, 'TIME_UP'));

    expect(await plan(session, jobOf({ failures: 4 }), jobOf({ id: 'behind', failures: 4 }))).toEqual([]);
    expect(session.ports.jobs.jobs.get('job')).toMatchObject({ failures: 5 });
    expect(session.ports.jobs.jobs.get('behind')).toMatchObject({ failures: 4 });
  });

  it('that meets trouble is postponed with backoff, and the failure is counted and logged', async () => {
    const session = failing(new NotNow(null, 'NO_ANSWER'));

    expect(await plan(session, jobOf({ failures: 2 }))).toEqual([]);
    expect(session.ports.jobs.jobs.get('job')).toMatchObject({ dueAt: NOW + 4_000, failures: 3 });
    expect(session.ports.logged).toMatchObject([{ name: 'planning_failed', code: 'NO_ANSWER', failures: 3 }]);
  });

  it.each([
    ['of its own', new TypeError('poison'), false, 5, 'INTERNAL_ERROR'],
    ['of the portal', new NotNow(null, 'NO_ANSWER'), false, 12, 'NO_ANSWER'],
    ['of a store', new Error('throttled'), true, 12, 'INTERNAL_ERROR'],
  ])('is given up after too many failures %s', async (_case, error, isTransient, most, code) => {
    const session = failing(error, isTransient);

    expect(await plan(session, jobOf({ failures: most - 2 }))).toEqual([]);
    expect(await plan(session, jobOf({ failures: most - 1 }))).toMatchObject([
      { planned: { steps: [], checkpoint: null, code, failed: true } },
    ]);
  });

  it('that finds the portal stopped stops everything', async () => {
    await expect(plan(failing(new PortalStopped('GRANT_DEAD')), jobOf())).rejects.toThrow(PortalStopped);
  });
});

describe('a careful worker', () => {
  it('plans one job only, and counts the beginning before it touches the job', async () => {
    const session = fakeSession({ careful: true });
    const seen: number[] = [];
    const unbind = async () => {
      seen.push(session.ports.jobs.jobs.get('a')?.begun ?? 0);
      return plannedOf([stepOf(1)]);
    };
    const ports = { ...session.ports, planners: { ...session.ports.planners, unbind } };

    const plans = await plan({ ...session, ports }, jobOf({ id: 'a', begun: 1, failures: 3 }), jobOf({ id: 'b' }));

    expect(plans.map(({ job }) => job.id)).toEqual(['a']);
    expect(seen).toEqual([2]);
    expect(ports.jobs.jobs.get('a')).toMatchObject({ failures: 3, dueAt: NOW + 2_000 });
  });

  it.each([
    [9, undefined],
    [10, true],
  ])('gives a job up that it began %d times before, or does not', async (begun, failed) => {
    const [plan1] = await plan(fakeSession({ careful: true }), jobOf({ begun }));

    expect(plan1?.planned.failed).toBe(failed);
  });

  it('has nothing to plan without a job', async () => {
    expect(await plan(fakeSession({ careful: true }))).toEqual([]);
  });
});
