import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { planApply } from '../../../../lib/cleanup/apply/plan-apply.ts';
import { StageDirectories } from '../../../../lib/cleanup/rules/stage-directory.ts';
import { commandOf } from '../../../../lib/jobs/command.ts';
import type { Job } from '../../../../lib/jobs/job.ts';
import type { Ask } from '../../../../lib/jobs/planner.ts';
import { freshPortal } from '../../../support/aws/fresh-portal.ts';
import { type TemporaryLocalAws, temporaryLocalAws } from '../../../support/aws/temporary-local-aws.ts';
import { deal, of, prepareRules } from '../../../support/cleanup/decide.ts';
import { outcomeOf } from '../../../support/worker/samples.ts';

let aws: TemporaryLocalAws;
beforeAll(async () => {
  aws = await temporaryLocalAws();
});
afterAll(() => aws.close());

let portal: string;
beforeEach(() => {
  portal = freshPortal();
});

const clock = { now: () => 1_000, sleep: () => Promise.resolve() };
const rules = JSON.stringify(prepareRules(of({}, { completed: true })).map(({ rule }) => rule));
const item = (activityId: number) => ({ activityId, element: deal(1), rule: 'r' });

/** A portal in which activity 2 is no longer completed, and all are also bound to a contact. */
const ask: Ask = async ({ method, params }) => {
  if (method !== 'crm.activity.list') return { ok: false, code: 'ERROR' };
  const ids: number[] = Object(params.filter)['@ID'];
  return { ok: true, result: ids.map((id) => ({ ID: `${id}`, COMPLETED: id === 2 ? 'N' : 'Y' })) };
};

/** Adds a plan with an item for each activity, and the job that applies it. */
async function applyJob(activities: readonly number[], items = activities.length): Promise<Job> {
  await aws.stores.plans.addItems(portal, 'p', 0, activities.map(item));
  await aws.stores.plans.write(portal, {
    id: 'p',
    run: 'plan:p',
    state: 'ready',
    ended: null,
    code: null,
    createdAt: 0,
    rules,
    share: 1,
    weighed: 0,
    items,
    spared: 0,
    byRule: {},
    applied: [],
    done: 0,
    next: 0,
  });
  const task = { kind: 'apply', plan: 'p' } as const;
  const id = 'apply:p:1';
  await aws.stores.jobs.add({ portal, id, lane: 'sweep', trigger: 'cleanup', cause: id, task }, 0);
  const job = await aws.stores.jobs.read(portal, id);
  if (job === null) throw new Error('there is no job');
  return job;
}

const plan = (job: Job) => planApply({ ...aws.stores, stages: new StageDirectories(clock), clock })(job, ask);
const endOf = async () => (await aws.stores.runs.history(portal))[0]?.end;

describe('a plan that is applied', () => {
  it('becomes steps; what no longer matches is skipped', async () => {
    const { steps, checkpoint } = await plan(await applyJob([1, 2, 3]));

    expect(steps.map(({ activityId, skip }) => [activityId, skip])).toEqual([
      [1, null],
      [2, 'ACTIVITY_CHANGED'],
      [3, null],
    ]);
    expect(steps.map(({ checkpointAfter }) => checkpointAfter().next)).toEqual([1, 2, 3]);
    expect(steps.at(-1)?.checkpointAfter()).toEqual(checkpoint);
  });

  it('unbinds an item once that it holds twice', async () => {
    const { steps, checkpoint } = await plan(await applyJob([1, 1]));

    expect(steps).toHaveLength(1);
    expect(checkpoint).toMatchObject({ next: 2, done: 2 });
  });

  it('resumes at its checkpoint, and is completed at its end', async () => {
    const job = await applyJob([1, 3]);
    const first = await plan(job);

    const second = await plan({ ...job, cursor: first.steps[0]?.checkpointAfter() ?? null });
    const last = await plan({ ...job, cursor: second.checkpoint });

    expect(second.steps.map(({ activityId }) => activityId)).toEqual([3]);
    expect(last).toEqual({ steps: [], checkpoint: null, code: null });
    expect(await endOf()).toMatchObject({ why: 'completed', done: 2 });
    expect(await aws.stores.plans.read(portal, 'p')).toMatchObject({ applied: ['apply:p:1'], done: 2, next: 2 });
  });

  it('and is redriven passes what was done, and takes up what failed', async () => {
    const job = await applyJob([1, 3, 4]);
    const { checkpoint } = await plan(job);
    await plan({ ...job, cursor: checkpoint });
    const ended = (activityId: number, status: 'unbound' | 'failed') =>
      outcomeOf({ id: commandOf(job.id, 'unbind', activityId, deal(1)).id, portal, activityId, status });
    await aws.stores.outcomes.record([ended(1, 'unbound'), ended(3, 'failed'), ended(4, 'unbound')]);

    const again = await plan({ ...job, id: `redrive:${job.id}` });

    expect(again.steps.map(({ activityId }) => activityId)).toEqual([3]);
    expect(again.checkpoint).toMatchObject({ next: 3, done: 3 });
  });

  it('ends when it is stopped', async () => {
    const job = await applyJob([1]);
    await aws.stores.runs.askToStop(portal, job.id);

    expect(await plan(job)).toMatchObject({ steps: [], code: 'STOPPED' });
    expect(await endOf()).toMatchObject({ why: 'stopped', done: 0 });
  });

  it('ends where its items have expired', async () => {
    expect(await plan(await applyJob([], 5))).toMatchObject({ steps: [], code: 'PLAN_NOT_FOUND' });
    expect(await endOf()).toMatchObject({ why: 'plan_gone' });
  });

  it('ends if it no longer exists', async () => {
    const job = await applyJob([1]);

    const planned = await plan({ ...job, task: { kind: 'apply', plan: 'other' } });

    expect(planned).toMatchObject({ steps: [], code: 'PLAN_NOT_FOUND' });
    expect(await endOf()).toMatchObject({ why: 'plan_gone' });
  });
});
