import { beforeEach, describe, expect, it } from '@jest/globals';
import { commandOf } from '../../../lib/jobs/command.ts';
import type { Job, NewJob } from '../../../lib/jobs/job.ts';
import type { Outcome } from '../../../lib/jobs/outcome.ts';
import { redrive, redrivenId } from '../../../lib/jobs/redrive.ts';
import { jumpingClock } from '../../support/jumping-clock.ts';
import { CONTACT, DEAL, jobOf, NOW, outcomeOf, PORTAL, unbindTaskOf } from '../../support/worker/samples.ts';

let done: string[];
let added: NewJob[];
beforeEach(() => {
  done = [];
  added = [];
});

/** Redrives a job with these outcomes; `wins`: nobody else did it first. */
function redriven(job: Job, outcomes: readonly Outcome[], wins = true): Promise<string[]> {
  const clock = jumpingClock();
  return redrive(job, {
    jobs: {
      add: async (one) => {
        done.push('add');
        return added.push(one) > 0;
      },
      markRedriven: async () => done.push('finish') > 0 && wins,
    },
    outcomes: { ofJob: async () => [...outcomes] },
    wakeDeps: {
      portals: { markWakePending: async () => ({ first: true, restsUntil: null }) },
      wakeUps: { send: async ({ portal }) => void done.push(`wake ${portal}`) },
      clock,
    },
    clock,
  });
}

const failed = jobOf({ phase: 'failed', eventToken: null, counts: { failed: 1 } });
const failedOutcome = (activityId: number, element = DEAL): Outcome =>
  outcomeOf({ id: commandOf('job', 'unbind', activityId, element).id, activityId, ...element, status: 'failed' });

describe('a failed job that is redriven', () => {
  it('is followed by new jobs before it is finished, and the portal is woken last', async () => {
    expect(await redriven(failed, [])).toEqual(['redrive:job']);
    expect(done).toEqual(['add', 'finish', `wake ${PORTAL}`]);
  });

  it('without outcomes starts over', async () => {
    await redriven(jobOf({ task: unbindTaskOf(1, 2) }), []);

    expect(added).toEqual([
      {
        id: 'redrive:job',
        portal: PORTAL,
        lane: 'robot',
        trigger: 'robot',
        cause: 'workflow',
        task: unbindTaskOf(1, 2),
      },
    ]);
  });

  it('of named activities goes through those that failed or were not reached, by the same filter', async () => {
    const filter = { types: [], completedOnly: true };
    const job = { ...failed, task: { ...unbindTaskOf(1, 2, 3, 4), filter }, cursor: { next: 3 } };

    await redriven(job, [failedOutcome(1), outcomeOf({ activityId: 2 }), failedOutcome(3)]);

    expect(added).toMatchObject([{ id: 'redrive:job', task: { activities: [1, 3, 4], filter } }]);
  });

  it.each([
    ['that was gone through repeats what failed', null, { failed: 2 }, [7, 9], { activities: [7, 9] }, undefined],
    ['that was cut off goes on there', { after: 50 }, {}, [], { activities: 'all' }, { after: 50 }],
    [
      'that was cut off within a page goes on there',
      { after: 0, from: 8 },
      {},
      [],
      { activities: 'all' },
      { after: 8 },
    ],
    [
      'that was cut off goes back to what failed',
      { after: 50 },
      { failed: 1 },
      [7],
      { activities: 'all' },
      { after: 6 },
    ],
    ['that was given up goes back to what failed', null, { failed: 2 }, [7], { activities: 'all' }, { after: 6 }],
    ['of which nothing was done starts over', null, { failed: 1 }, [], { activities: 'all' }, undefined],
  ])('of all activities %s', async (_case, cursor, counts, ids, task, expected) => {
    const all = { ...unbindTaskOf(), activities: 'all' as const };

    await redriven(
      { ...failed, task: all, cursor, counts },
      ids.map((id) => failedOutcome(id)),
    );

    expect(added).toMatchObject([{ task }]);
    expect(added[0]?.cursor).toEqual(expected);
  });

  it.each([
    ['an event', { kind: 'element_changed', element: DEAL }],
    ['a plan that is applied', { kind: 'apply', plan: 'p' }],
    ['an undo', { kind: 'undo', run: 'run' }],
  ] as const)('of %s is planned as it was asked for, by the rules of now', async (_case, task) => {
    await redriven(jobOf({ ...failed, task }), [failedOutcome(1)]);

    expect(added.map((job) => job.task)).toEqual([task]);
  });

  it('of a sweep that went through the portal lets the rules decide on the activities that failed', async () => {
    await redriven({ ...failed, task: { kind: 'sweep' }, counts: { failed: 3 } }, [
      failedOutcome(1),
      failedOutcome(1, CONTACT),
      failedOutcome(2),
    ]);

    expect(added).toMatchObject([
      { id: 'redrive:job:1', task: { kind: 'activity_changed', activityId: 1 } },
      { id: 'redrive:job:2', task: { kind: 'activity_changed', activityId: 2 } },
    ]);
  });

  it('of a sweep that was given up sweeps again, for as long as it had', async () => {
    const until = NOW + 3_600_000;
    await redriven({ ...failed, task: { kind: 'sweep', until }, createdAt: NOW, counts: { failed: 2 } }, [
      failedOutcome(1),
    ]);

    expect(added.map(({ task }) => task)).toEqual([{ kind: 'sweep', until }]);
  });

  it('owes no workflow an answer', async () => {
    await redriven(failed, [failedOutcome(1)]);

    expect(added.every((job) => job.eventToken === undefined)).toBe(true);
  });

  it('by somebody else at the same time continues under the same ids', async () => {
    expect(await redriven(failed, [], false)).toEqual(['redrive:job']);
    expect(done).toEqual(['add', 'finish', `wake ${PORTAL}`]);
  });
});

it('the id of a redriven event job holds no @, which separates the runs of a slot', () => {
  expect(redrivenId('event:2:1@5')).toBe('redrive:event:2:1+5');
});
