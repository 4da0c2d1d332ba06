import { describe, expect, it } from '@jest/globals';
import type { Job } from '../../../../lib/jobs/job.ts';
import type { Portion } from '../../../../lib/worker/request/fit-plan.ts';
import { newOpenIntent } from '../../../../lib/worker/request/open-intent.ts';
import { takeFromLane } from '../../../../lib/worker/request/take-from-lane.ts';
import { type FakePorts, fakeSession } from '../../../support/worker/fake-session.ts';
import { attemptOf, intentOf, jobOf, NOW, plannedOf, stepOf, unbindTaskOf } from '../../../support/worker/samples.ts';

const DELETE = 'crm.activity.binding.delete';
const NOBODY: ReadonlySet<string> = new Set();

async function take(session: ReturnType<typeof fakeSession>, room = 50, leftOut = NOBODY) {
  const portions: Portion[] = [];
  const taken = await takeFromLane(session, 'robot', () => room, portions, leftOut);
  const activities = portions.flatMap(({ attempts }) => attempts.map(({ command }) => command.activityId));
  return { ...taken, activities };
}

const stored = ({ jobs }: FakePorts, id = 'job'): Job | undefined => jobs.jobs.get(id);

describe('the due jobs of a lane', () => {
  it('are planned, and what fits is taken', async () => {
    const session = fakeSession();
    session.ports.jobs.put(jobOf({ id: 'a', task: unbindTaskOf(1, 2) }), jobOf({ id: 'b', task: unbindTaskOf(3) }));

    expect(await take(session)).toMatchObject({ activities: [1, 2, 3], answers: [], progressed: false });
  });

  it('that do not fit wait, planned, in the backlog, and are taken from there', async () => {
    const session = fakeSession({ backlog: [{ job: jobOf({ id: 'b' }), planned: plannedOf([stepOf(8)]) }] });
    session.ports.jobs.put(jobOf({ id: 'a', task: unbindTaskOf(1) }), jobOf({ id: 'b', dueAt: NOW - 1 }));

    expect((await take(session, 1)).activities).toEqual([8]);
    expect(session.backlog.map(({ job }) => job.id)).toEqual(['a']);
    expect((await take(session, 1)).activities).toEqual([1]);
  });

  it('do not touch the backlog of other lanes', async () => {
    const plan = { job: jobOf({ lane: 'sweep' }), planned: plannedOf([stepOf(8)]) };
    const session = fakeSession({ backlog: [plan] });

    expect((await take(session)).activities).toEqual([]);
    expect(session.backlog).toEqual([plan]);
  });

  it('are left out as long as their intent is open, or when they are told to', async () => {
    const session = fakeSession();
    const busy = jobOf({ id: 'busy', task: unbindTaskOf(1) });
    session.openIntents.push(newOpenIntent(intentOf([attemptOf({}, 500)], busy)));
    session.ports.jobs.put(
      busy,
      jobOf({ id: 'out', task: unbindTaskOf(2) }),
      jobOf({ id: 'in', task: unbindTaskOf(3) }),
    );

    expect((await take(session, 50, new Set(['out']))).activities).toEqual([3]);
  });
});

describe('a job that needs no command', () => {
  it('owes only its answer', async () => {
    const session = fakeSession();
    session.ports.jobs.put(jobOf({ phase: 'answering', eventToken: 'token' }));

    const { answers, progressed } = await take(session);

    expect(answers).toMatchObject([{ kind: 'answer', call: { method: 'bizproc.event.send' } }]);
    expect(progressed).toBe(false);
  });

  it('ends when it owes no answer any more', async () => {
    const session = fakeSession();
    session.ports.jobs.put(jobOf({ phase: 'answering', counts: { failed: 1 } }));

    expect(await take(session)).toMatchObject({ answers: [], progressed: true });
    expect(stored(session.ports)?.phase).toBe('failed');
  });

  it('records what it skips and goes on', async () => {
    const planned = plannedOf([stepOf(1, { skip: 'FILTERED' })]);
    const session = fakeSession({ backlog: [{ job: jobOf(), planned }] });
    session.ports.jobs.put(jobOf());

    expect(await take(session)).toMatchObject({ activities: [], progressed: true });
    expect(stored(session.ports)).toMatchObject({ phase: 'finished', counts: { skipped: 1 } });
    expect([...session.ports.outcomes.outcomes.values()]).toMatchObject([{ status: 'skipped', code: 'FILTERED' }]);
  });
});

describe('what is in doubt', () => {
  it('keeps every other change of its activity back until the doubt may be settled', async () => {
    const session = fakeSession();
    const doubt = attemptOf({ state: 'unanswered', notBefore: NOW + 30_000 }, 1);
    session.openIntents.push(newOpenIntent(intentOf([doubt], jobOf({ id: 'busy' }))));
    session.ports.jobs.put(jobOf({ id: 'a', task: unbindTaskOf(1) }), jobOf({ id: 'b', task: unbindTaskOf(2) }));

    expect((await take(session)).activities).toEqual([2]);
    expect(stored(session.ports, 'a')).toMatchObject({ dueAt: NOW + 30_000, failures: 0 });
  });

  it('is not asked for in a tight loop', async () => {
    const session = fakeSession();
    session.openIntents.push(newOpenIntent(intentOf([attemptOf({}, 1)], jobOf({ id: 'busy' }))));
    session.ports.jobs.put(jobOf({ task: unbindTaskOf(1) }));

    await take(session);

    expect(stored(session.ports)?.dueAt).toBe(NOW + 1_000);
  });

  it('two commands for one binding never share a request', async () => {
    const session = fakeSession();
    session.ports.jobs.put(jobOf({ id: 'a' }), jobOf({ id: 'b' }));

    expect((await take(session)).activities).toEqual([999]);
    expect(session.backlog.map(({ job }) => job.id)).toEqual(['b']);
  });

  it('a plan that counts on a binding which this request removes is dropped, and a careful count is taken back', async () => {
    const event = jobOf({ id: 'event', begun: 1, task: { kind: 'activity_changed', activityId: 999 } });
    const plans = [jobOf(), event].map((job) => ({ job, planned: plannedOf([stepOf(999)]) }));
    const session = fakeSession({ backlog: plans, careful: true });
    session.ports.jobs.put(jobOf(), { ...event, begun: 2, dueAt: NOW + 5_000 });

    expect((await take(session)).activities).toEqual([999]);
    expect(session.backlog).toEqual([]);
    expect(stored(session.ports, 'event')).toMatchObject({ dueAt: NOW, begun: 1 });
  });
});

describe('while the deletions of a portal rest', () => {
  it('jobs that need one are postponed, in their order, and the others are done', async () => {
    const session = fakeSession();
    session.ports.api.resting.set(DELETE, NOW + 60_000);
    session.ports.jobs.put(
      jobOf({ id: 'a' }),
      jobOf({ id: 'b' }),
      jobOf({ id: 'answer', phase: 'answering', eventToken: 'token' }),
      jobOf({ id: 'explain', task: { kind: 'explain', code: 'X', details: 'x' } }),
    );

    const { answers } = await take(session);

    expect(answers).toHaveLength(1);
    expect(['a', 'b'].map((id) => stored(session.ports, id)?.dueAt)).toEqual([NOW + 60_000, NOW + 60_001]);
    expect(stored(session.ports, 'explain')?.phase).toBe('finished');
  });

  it.each([
    ['earlier than that', 40_000, 25_000],
    ['past already', 10_000, 60_000],
  ])('a job waits no longer than until its pending answer, unless that is %s', async (_case, answerBy, until) => {
    const session = fakeSession();
    session.ports.api.resting.set(DELETE, NOW + 60_000);
    session.ports.jobs.put(jobOf({ eventToken: 'token', createdAt: NOW - 60_000, answerBy: NOW + answerBy }));

    await take(session);

    expect(stored(session.ports)?.dueAt).toBe(NOW + until);
  });
});
