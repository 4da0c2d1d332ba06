import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { planUndo } from '../../../../lib/cleanup/undo/plan-undo.ts';
import type { Job } from '../../../../lib/jobs/job.ts';
import type { Ask, Read } from '../../../../lib/jobs/planner.ts';
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
const plan = (job: Job, ask: Ask) => planUndo({ ...aws.stores, clock })(job, ask);

const bindings = (count: number, first = 5): Read => ({
  ok: true,
  result: Array.from({ length: count }, (_, n) => ({ entityTypeId: 3, entityId: first + n })),
});
const bound: Read = { ok: true, result: [{ entityTypeId: 2, entityId: 1 }] };
const refused = (code: string): Read => ({ ok: false, code });
const exists: Read = { ok: true, result: { items: [{ id: 1 }] } };
const noItems: Read = { ok: true, result: { items: [] } };

/** Adds the undo of one outcome: activity 7 was unbound from deal 1, unless it had another status. */
async function undoJob(status: 'unbound' | 'refused' = 'unbound'): Promise<Job> {
  const id = 'apply:p:1/unbind/7/2:1';
  await aws.stores.outcomes.record([
    {
      id,
      portal,
      activityId: 7,
      entityTypeId: 2,
      entityId: 1,
      status,
      code: null,
      trigger: 'cleanup',
      cause: 'apply:p:1',
      attempts: 1,
      durationMs: 0,
      at: '2026-11-24T06:00:00.000Z',
    },
  ]);
  const task = { kind: 'undo', outcomes: [id] } as const;
  await aws.stores.jobs.add({ portal, id: 'undo:x', lane: 'sweep', trigger: 'cli', cause: 'undo:x', task }, 0);
  const job = await aws.stores.jobs.read(portal, 'undo:x');
  if (job === null) throw new Error('there is no job');
  return job;
}

test.each<[string, string | null, Read, Read, Read, 'unbound' | 'refused']>([
  ['can be bound again', null, bindings(1), exists, exists, 'unbound'],
  ['is bound already, which Bitrix24 says itself', null, bound, exists, exists, 'unbound'],
  ['was not unbound', 'NOT_UNBOUND', bindings(1), exists, exists, 'refused'],
  ['is of a deleted activity', 'ACTIVITY_GONE', refused('NOT_FOUND'), exists, exists, 'unbound'],
  ['is of an activity that cannot be read', 'UNREADABLE', refused('ERROR'), exists, exists, 'unbound'],
  ['is to a deleted element', 'ELEMENT_GONE', bindings(1), noItems, refused('NOT_FOUND'), 'unbound'],
  ['is to an element that we may not read', null, bindings(1), noItems, refused('ACCESS_DENIED'), 'unbound'],
  ['is of an activity with 99 bindings', null, bindings(99), exists, exists, 'unbound'],
  ['is of an activity with 100 bindings', 'TOO_MANY_BINDINGS', bindings(100), exists, exists, 'unbound'],
])('a binding that %s: %s', async (_, skip, ofActivity, list, single, status) => {
  const answers = { 'crm.activity.binding.list': ofActivity, 'crm.item.list': list, 'crm.item.get': single };
  const ask: Ask = async ({ method }) => Object.entries(answers).find(([name]) => name === method)?.[1] ?? refused('');

  const planned = await plan(await undoJob(status), ask);

  expect(planned.steps.map(({ action, activityId, skip: code }) => [action, activityId, code])).toEqual([
    ['bind', 7, skip],
  ]);
  const exempt = await Array.fromAsync(aws.stores.exemptions.list(portal));
  expect(exempt).toHaveLength(skip === null ? 1 : 0);
});

test('an undo with nothing left ends its run as completed', async () => {
  const job = await undoJob();

  const planned = await plan({ ...job, cursor: { after: 'apply:p:1/unbind/7/2:1' } }, async () => refused('ERROR'));

  expect(planned).toEqual({ steps: [], checkpoint: null, code: null });
  expect(await aws.stores.runs.history(portal)).toMatchObject([{ id: 'undo:x', end: { why: 'completed' } }]);
});

test('an undo that is asked to stop ends as stopped', async () => {
  const job = await undoJob();
  await aws.stores.runs.askToStop(portal, 'undo:x');

  expect(await plan(job, async () => refused('ERROR'))).toMatchObject({ steps: [], code: 'STOPPED' });
  expect(await aws.stores.runs.history(portal)).toMatchObject([{ id: 'undo:x', end: { why: 'stopped' } }]);
});
