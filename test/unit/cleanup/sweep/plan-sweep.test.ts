import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { StageDirectories } from '../../../../lib/cleanup/rules/stage-directory.ts';
import { planSweep } from '../../../../lib/cleanup/sweep/plan-sweep.ts';
import { readSweepCheckpoint } from '../../../../lib/cleanup/sweep/sweep-checkpoint.ts';
import type { Job, Task } from '../../../../lib/jobs/job.ts';
import type { Ask } from '../../../../lib/jobs/planner.ts';
import { freshPortal } from '../../../support/aws/fresh-portal.ts';
import { type TemporaryLocalAws, temporaryLocalAws } from '../../../support/aws/temporary-local-aws.ts';
import { of, prepareRules } from '../../../support/cleanup/decide.ts';

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
const RULES = prepareRules(of({ alsoBoundTo: ['contact'] })).map(({ rule }) => rule);
const rules = JSON.stringify(RULES);

/** A portal with three activities, each bound to a deal and a contact. */
const ask: Ask = async ({ method }) => ({
  ok: true,
  result:
    method === 'crm.activity.list'
      ? [{ ID: '1' }, { ID: '2' }, { ID: '3' }]
      : [
          { entityTypeId: 2, entityId: 1 },
          { entityTypeId: 3, entityId: 5 },
        ],
});

const planner = (current = RULES) =>
  planSweep({ ...aws.stores, rulesOf: async () => current, stages: new StageDirectories(clock), clock });

async function addJob(task: Task): Promise<Job> {
  const id = task.kind === 'plan' ? `plan:${task.plan}` : 'sweep:a';
  await aws.stores.jobs.add({ portal, id, lane: 'sweep', trigger: 'cleanup', cause: id, task }, 0);
  const job = await aws.stores.jobs.read(portal, id);
  if (job === null) throw new Error('there is no job');
  return job;
}

describe('a sweep that removes', () => {
  it('plans its removals, and after each of them its checkpoint holds the rest', async () => {
    const { steps, checkpoint } = await planner()(await addJob({ kind: 'sweep' }), ask);

    expect(steps.map(({ activityId, rule }) => [activityId, rule])).toEqual([
      [1, 'r'],
      [2, 'r'],
      [3, 'r'],
    ]);
    const left = steps.map(({ checkpointAfter }) =>
      readSweepCheckpoint(checkpointAfter(), rules)?.state.decided.map(({ activityId }) => activityId),
    );
    expect(left).toEqual([[2, 3], [3], []]);
    expect(steps.at(-1)?.checkpointAfter()).toEqual(checkpoint);
  });

  it('resumes after the removals that are done, and ends as completed after the last one', async () => {
    const job = await addJob({ kind: 'sweep' });
    const first = await planner()(job, ask);

    const second = await planner()({ ...job, cursor: first.steps[0]?.checkpointAfter() ?? null }, ask);
    const last = await planner()({ ...job, cursor: second.checkpoint }, ask);

    expect(second.steps.map(({ activityId }) => activityId)).toEqual([2, 3]);
    expect(last).toEqual({ steps: [], checkpoint: null, code: null });
    expect(await aws.stores.runs.history(portal)).toMatchObject([{ id: 'sweep:a', end: { why: 'completed' } }]);
  });

  it('ends when the rules are changed and something is left', async () => {
    const job = await addJob({ kind: 'sweep' });
    const { steps } = await planner()(job, ask);

    const planned = await planner([])({ ...job, cursor: steps[0]?.checkpointAfter() ?? null }, ask);

    expect(planned).toMatchObject({ steps: [], checkpoint: null, code: 'RULES_CHANGED' });
  });

  it('ends when it is stopped', async () => {
    const job = await addJob({ kind: 'sweep' });
    await aws.stores.runs.askToStop(portal, job.id);

    expect(await planner()(job, ask)).toMatchObject({ steps: [], checkpoint: null, code: 'STOPPED' });
  });

  it('reads no more pages at its time limit, and leaves them to the next one', async () => {
    const job = await addJob({ kind: 'sweep', until: 1_000 });

    expect(await planner()(job, ask)).toMatchObject({ steps: [], checkpoint: null, code: 'TIME_IS_UP' });
    expect(await aws.stores.runs.carry(portal, 'sweep')).toMatchObject({ rules });
  });
});

describe('a sweep that plans', () => {
  it('adds its removals to the plan, and is ready when nothing is left', async () => {
    const planned = await planner()(await addJob({ kind: 'plan', plan: 'p' }), ask);

    expect(planned).toEqual({ steps: [], checkpoint: null, code: null });
    expect(await aws.stores.plans.read(portal, 'p')).toMatchObject({ state: 'ready', items: 3, byRule: { r: 3 } });
    const { items } = await aws.stores.plans.page(portal, 'p', 0, 9);
    expect(items.map(({ activityId }) => activityId)).toEqual([1, 2, 3]);
  });

  it('goes by the rules that it is given, whatever the portal has', async () => {
    await planner([])(await addJob({ kind: 'plan', plan: 'p', rules }), ask);

    expect(await aws.stores.plans.read(portal, 'p')).toMatchObject({ state: 'ready', items: 3, rules });
  });
});
