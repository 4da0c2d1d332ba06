import { afterAll, beforeAll, beforeEach, expect, it, test } from '@jest/globals';
import { undoPage } from '../../../../lib/cleanup/undo/undo-page.ts';
import { undoStatus } from '../../../../lib/cleanup/undo/undo-status.ts';
import type { Counts, Job } from '../../../../lib/jobs/job.ts';
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

const PLAN = { id: 'p', applied: ['apply:p:1', 'apply:p:2'] };

async function add(id: string): Promise<Job> {
  const task = { kind: 'sweep' } as const;
  await aws.stores.jobs.add({ portal, id, lane: 'sweep', trigger: 'cleanup', cause: id, task }, 0);
  const job = await aws.stores.jobs.read(portal, id);
  if (job === null) throw new Error('there is no job');
  return job;
}

async function finish(id: string, counts: Counts = {}): Promise<void> {
  await aws.stores.jobs.advance(await add(id), { phase: 'finished', cursor: null, counts, code: null, dueAt: 0 }, 0);
}

const status = () => undoStatus(portal, PLAN, aws.stores);

test('a plan is not undone while one of its runs, or the next one, is not over', async () => {
  await finish('apply:p:1', { unbound: 3 });
  await add('apply:p:2');
  expect(await status()).toEqual({ kind: 'applying', run: 'apply:p:2' });

  await finish('apply:p:2');
  await add('apply:p:3');
  expect(await status()).toEqual({ kind: 'applying', run: 'apply:p:3' });
});

test('a plan without any removal has nothing to undo', async () => {
  await finish('apply:p:1', { skipped: 3 });

  expect(await status()).toEqual({ kind: 'nothing_unbound' });
});

test('a plan is being undone while its latest undo is not over', async () => {
  await finish('apply:p:1', { unbound: 3 });
  await finish('undo:p:1');
  await add('undo:p:2');

  expect(await status()).toEqual({ kind: 'undoing', id: 'undo:p:2' });
});

test('what no undo has looked at is missing, with the id of the next undo', async () => {
  await finish('apply:p:1', { unbound: 30 });
  await finish('apply:p:2', { unbound: 20 });
  await finish('undo:p:1');
  await aws.stores.runs.setUndone(portal, 'apply:p:1', { after: 'x', count: 10, completed: false, by: ['undo:p:1'] });

  expect(await status()).toEqual({
    kind: 'missing',
    id: 'undo:p:2',
    runs: ['apply:p:1', 'apply:p:2'],
    left: 40,
  });
});

test('a plan is undone when all its runs are, whatever the counts are', async () => {
  await finish('apply:p:1', { unbound: 30 });
  await finish('apply:p:2', { unbound: 20 });
  for (const [run, by] of [
    ['apply:p:1', ['undo:p:1']],
    ['apply:p:2', ['undo:p:1', 'undo:p:2']],
  ] as const) {
    await aws.stores.runs.setUndone(portal, run, { after: 'x', count: 20, completed: true, by });
  }

  expect(await status()).toEqual({ kind: 'completed', by: ['undo:p:1', 'undo:p:2'] });
});

it('counts the outcomes of a run whose job is no longer kept, until an undo has looked at all of them', async () => {
  const outcome = {
    portal,
    entityTypeId: 2,
    entityId: 1,
    code: null,
    trigger: 'cleanup',
    cause: 'apply:p:1',
    attempts: 1,
    durationMs: 0,
    at: '2026-11-24T06:00:00.000Z',
  } as const;
  await aws.stores.outcomes.record(
    ([...Array(60).fill('unbound'), 'refused'] as const).map((status, n) => ({
      ...outcome,
      id: `apply:p:1/unbind/${100 + n}/2:1`,
      activityId: 100 + n,
      status,
    })),
  );

  expect(await status()).toEqual({ kind: 'missing', id: 'undo:p:1', runs: ['apply:p:1'], left: 60 });

  const undo = { ...(await add('undo:x')), task: { kind: 'undo', run: 'apply:p:1' } } as const;
  for (let page = await undoPage(undo, aws.stores); page.length > 0; )
    page = await undoPage({ ...undo, cursor: page.at(-1)?.checkpoint ?? null }, aws.stores);
  expect(await status()).toEqual({ kind: 'completed', by: ['undo:x'] });
});
