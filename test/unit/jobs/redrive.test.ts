import { beforeEach, describe, expect, it } from '@jest/globals';
import { commandOf } from '../../../lib/jobs/command.ts';
import type { Job, NewJob } from '../../../lib/jobs/job.ts';
import type { Outcome } from '../../../lib/jobs/outcome.ts';
import { redrive, redrivenId } from '../../../lib/jobs/redrive.ts';
import { jumpingClock } from '../../support/jumping-clock.ts';
import { CONTACT, DEAL, jobOf, outcomeOf, PORTAL, unbindTaskOf } from '../../support/worker/samples.ts';

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

  it('repeats only the commands that failed', async () => {
    await redriven(failed, [failedOutcome(1), outcomeOf({ activityId: 2 }), failedOutcome(3)]);

    expect(added.map(({ task }) => task)).toEqual([unbindTaskOf(1, 3)]);
  });

  it('is repeated by one job for each element', async () => {
    await redriven(failed, [failedOutcome(1), failedOutcome(1, CONTACT)]);

    expect(added).toMatchObject([
      { id: 'redrive:job:2:1', task: { element: DEAL, activities: [1] } },
      { id: 'redrive:job:3:5', task: { element: CONTACT, activities: [1] } },
    ]);
  });

  it('of commands that bind starts over', async () => {
    const bind = outcomeOf({ id: commandOf('job', 'bind', 1, DEAL).id, status: 'failed' });

    await redriven(jobOf({ task: { kind: 'undo', run: 'run' } }), [bind]);

    expect(added.map(({ task }) => task)).toEqual([{ kind: 'undo', run: 'run' }]);
  });

  it('owes no workflow an answer', async () => {
    await redriven(failed, [failedOutcome(1)]);

    expect(added.every((job) => job.eventToken === undefined)).toBe(true);
  });

  it('by somebody else at the same time adds nothing and wakes nobody', async () => {
    expect(await redriven(failed, [], false)).toEqual([]);
    expect(done).toEqual(['add', 'finish']);
  });
});

it('the id of a redriven event job holds no @, which separates the runs of a slot', () => {
  expect(redrivenId('event:2:1@5')).toBe('redrive:event:2:1+5');
});
