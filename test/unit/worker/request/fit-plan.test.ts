import { describe, expect, it } from '@jest/globals';
import type { Job } from '../../../../lib/jobs/job.ts';
import type { Step } from '../../../../lib/jobs/planner.ts';
import { fitPlan, fitsIntent, isStalePlan } from '../../../../lib/worker/request/fit-plan.ts';
import { jobOf, NOW, plannedOf, stepOf } from '../../../support/worker/samples.ts';

const skipped = (id: number): Step => stepOf(id, { skip: 'FILTERED' });
const fitted = (steps: readonly Step[], room: number, job: Job = jobOf()) =>
  fitPlan({ job, planned: plannedOf(steps, { checkpoint: { after: 99 } }) }, room, NOW);

describe('as many steps of a plan as fit', () => {
  it.each([
    ['all of them', [stepOf(1), stepOf(2)], 2, [1, 2], [], { after: 99 }],
    ['the first ones', [stepOf(1), stepOf(2), stepOf(3)], 2, [1, 2], [], { after: 2 }],
    ['skipped steps take no room', [skipped(1), stepOf(2), skipped(3)], 1, [2], [1, 3], { after: 99 }],
    ['skipped steps behind the last room are taken', [stepOf(1), skipped(2), stepOf(3)], 1, [1], [2], { after: 2 }],
    ['without room only skipped ones', [skipped(1), stepOf(2)], 0, [], [1], { after: 1 }],
    ['nothing, and the job stays where it is', [stepOf(1)], 0, [], [], { after: 7 }],
  ])('%s', (_case, steps, room, attempts, left, cursorAfter) => {
    const portion = fitted(steps, room, jobOf({ cursor: { after: 7 } }));

    expect(portion.attempts.map(({ command }) => command.activityId)).toEqual(attempts);
    expect(portion.skipped.map(({ activityId }) => activityId)).toEqual(left);
    expect(portion.part.cursorAfter).toEqual(cursorAfter);
  });

  it('are recorded as skipped with their code, and counted', () => {
    const { part, skipped: outcomes } = fitted([skipped(1), skipped(2)], 50);

    expect(part.counts).toEqual({ skipped: 2 });
    expect(outcomes[0]).toMatchObject({ id: 'job/unbind/1/2:1', status: 'skipped', code: 'FILTERED', attempts: 0 });
  });

  it('name the rule that wants them', () => {
    const { attempts } = fitted([stepOf(1, { rule: 'lost-deals' }), stepOf(2)], 50);

    expect(attempts.map(({ rule }) => rule)).toEqual(['lost-deals', undefined]);
  });
});

describe('what the intent holds of a job', () => {
  it('is neither its credential nor its checkpoint, but that an answer is owed', () => {
    const { part } = fitted([stepOf(1)], 50, jobOf({ eventToken: 'token', cursor: { after: 7 } }));

    expect(part).toMatchObject({ job: { eventToken: null, cursor: null }, owesAnswer: true });
  });

  it('counts a planning that was given up as one failed command', () => {
    const { part } = fitPlan({ job: jobOf(), planned: plannedOf([], { code: 'X', failed: true }) }, 50, NOW);

    expect(part).toMatchObject({ counts: { failed: 1 }, code: 'X', cursorAfter: null });
  });
});

describe('an intent', () => {
  const portionOf = (kilobytes: number) => {
    const cause = 'x'.repeat(kilobytes * 1024);
    return fitted([stepOf(1)], 50, jobOf({ id: `job-${kilobytes}`, cause }));
  };

  it('holds the parts of as many jobs as fit its record, and each alone', () => {
    expect(fitsIntent(portionOf(170), [])).toBe(true);
    expect(fitsIntent(portionOf(30), [portionOf(25), portionOf(30)])).toBe(true);
    expect(fitsIntent(portionOf(30), [portionOf(31), portionOf(32)])).toBe(false);
  });
});

describe('a plan', () => {
  const event = jobOf({ id: 'event', task: { kind: 'activity_changed', activityId: 1 } });
  const sweep = jobOf({ id: 'sweep', task: { kind: 'sweep' } });
  const planOf = (job: Job, steps: readonly Step[]) => ({ job, planned: plannedOf(steps) });
  const taken = (action: Step['action'], id = 'other') => fitted([stepOf(1, { action })], 50, jobOf({ id }));

  it.each([
    ['is stale when another job takes a binding of its activity away', event, [stepOf(1)], taken('unbind'), true],
    ['is not, when the activity is another one', event, [stepOf(2)], taken('unbind'), false],
    ['is not, when its own step is skipped', event, [skipped(1)], taken('unbind'), false],
    ['is not, when the other job binds', event, [stepOf(1)], taken('bind'), false],
    ['is not, when the other job is itself', event, [stepOf(1)], taken('unbind', 'event'), false],
    ['of a run is not', sweep, [stepOf(1)], taken('unbind'), false],
    ['that names its activities is not', jobOf(), [stepOf(1)], taken('unbind'), false],
  ])('%s', (_case, job, steps, portion, stale) => {
    expect(isStalePlan(planOf(job, steps), [portion])).toBe(stale);
  });
});
