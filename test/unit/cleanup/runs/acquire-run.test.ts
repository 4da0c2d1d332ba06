import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { acquireRun, closeRun, isOver } from '../../../../lib/cleanup/runs/acquire-run.ts';
import { NotNow } from '../../../../lib/jobs/planner.ts';
import { freshPortal } from '../../../support/aws/fresh-portal.ts';
import { type TemporaryLocalAws, temporaryLocalAws } from '../../../support/aws/temporary-local-aws.ts';

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
const acquire = (id: string, rules = '[]') => acquireRun({ portal, id }, async () => rules, { ...aws.stores, clock });

async function addJob(id: string, phase: 'waiting' | 'finished' | 'failed' = 'waiting'): Promise<void> {
  const task = { kind: 'sweep' } as const;
  await aws.stores.jobs.add({ portal, id, lane: 'sweep', trigger: 'cleanup', cause: id, task }, 0);
  const job = await aws.stores.jobs.read(portal, id);
  const progress = { cursor: null, counts: {}, code: null, dueAt: 0 };
  if (job !== null && phase !== 'waiting') await aws.stores.jobs.advance(job, { ...progress, phase }, 0);
}

describe('the run of a portal', () => {
  it('is the first job that asks, with the rules it began with', async () => {
    await addJob('a');

    expect(await acquire('a', '[1]')).toEqual({ id: 'a', since: 1_000, rules: '[1]', stopping: false });
    expect(await acquire('a', '[2]')).toMatchObject({ rules: '[1]' });
    expect(await aws.stores.runs.history(portal)).toEqual([{ id: 'a', since: 1_000, end: null }]);
  });

  it('puts another job off until it is over', async () => {
    await addJob('a');
    await acquire('a');

    const refusal = await acquire('b').catch((error: unknown) => error);

    expect(refusal).toBeInstanceOf(NotNow);
    expect(refusal).toMatchObject({ until: 6_000, code: 'ANOTHER_RUN' });
  });

  it.each(['finished', 'failed'] as const)('does not block others if its job %s without ending it', async (phase) => {
    await addJob('a');
    await acquire('a');
    await addJob('b');
    await addJob('c', phase);
    await aws.stores.runs.end(portal, 'a');
    await aws.stores.runs.begin(portal, { id: 'c', since: 1, rules: '[]' }, null);

    expect(await acquire('b')).toMatchObject({ id: 'b' });
  });

  it('need not be waited for by a job that is to stop', async () => {
    await addJob('a');
    await acquire('a');
    await aws.stores.runs.askToStop(portal, 'b');

    expect(await acquire('b')).toMatchObject({ id: 'b', stopping: true });
    expect(await aws.stores.runs.current(portal)).toMatchObject({ id: 'a' });
  });

  it('makes room when it is closed, and its end is in the history', async () => {
    await addJob('a');
    const run = await acquire('a');

    await closeRun(portal, { ...run, why: 'completed', done: 3 }, { ...aws.stores, clock });

    expect(await aws.stores.runs.current(portal)).toBeNull();
    expect(await aws.stores.runs.history(portal)).toEqual([
      { id: 'a', since: 1_000, end: { at: 1_000, why: 'completed', done: 3, code: null } },
    ]);
  });
});

it.each([
  ['waiting', false],
  ['finished', true],
  ['failed', true],
] as const)('a job that is %s is over: %s', async (phase, over) => {
  await addJob('a', phase);

  expect(await isOver(portal, 'a', aws.stores.jobs)).toBe(over);
});

it('a job that no longer exists is over', async () => {
  expect(await isOver(portal, 'a', aws.stores.jobs)).toBe(true);
});
