import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Job, NewJob } from '../../../lib/unbind/job.ts';
import type { JobStore, Progress } from '../../../lib/unbind/job-store.ts';
import { type TemporaryLocalAws, temporaryLocalAws } from './temporary-local-aws.ts';

let aws: TemporaryLocalAws;
let jobs: JobStore;

beforeAll(async () => {
  aws = await temporaryLocalAws();
  jobs = aws.stores.jobs;
});

afterAll(() => aws.close());

const NOW = Date.parse('2026-11-24T10:00:00Z');

let portals = 0;
const freshPortal = () => `portal-${portals++}`;

const robotJob = (portal: string, id: string): NewJob => ({
  portal,
  id,
  lane: 'robot',
  trigger: 'robot',
  cause: 'workflow-1',
  eventToken: 'event-token',
  task: {
    kind: 'unbind',
    element: { entityTypeId: 2, entityId: 123 },
    activities: [999],
    filter: { types: ['email'], completedOnly: true },
  },
});

const eventJob = (portal: string, cause = 'ONCRMDEALUPDATE'): NewJob => ({
  portal,
  id: 'event:2:123',
  lane: 'event',
  trigger: 'event',
  cause,
  task: { kind: 'element_changed', element: { entityTypeId: 2, entityId: 123 } },
});

const sweepJob = (portal: string, id: string): NewJob => ({
  portal,
  id,
  lane: 'sweep',
  trigger: 'cleanup',
  cause: id,
  task: { kind: 'sweep' },
});

const progress = (over: Partial<Progress> = {}): Progress => ({
  phase: 'waiting',
  cursor: { after: 50 },
  counts: { unbound: 2 },
  code: null,
  dueAt: NOW,
  ...over,
});

const finished = progress({ phase: 'finished', cursor: null });

async function onlyDue(portal: string, lane: Job['lane'] = 'event', now = NOW): Promise<Job> {
  const [job, ...others] = await jobs.due(portal, lane, now, 10);
  if (job === undefined || others.length > 0) throw new Error('Expected exactly one job to be due');
  return job;
}

describe('a job', () => {
  test('is due at once and keeps all that was asked', async () => {
    const portal = freshPortal();

    expect(await jobs.add(robotJob(portal, 'j1'), NOW)).toBe(true);

    expect(await jobs.due(portal, 'robot', NOW, 10)).toEqual([
      {
        ...robotJob(portal, 'j1'),
        phase: 'waiting',
        createdAt: NOW,
        dueAt: NOW,
        slice: 0,
        cursor: null,
        counts: {},
        code: null,
        failures: 0,
        begun: 0,
        answerBy: null,
      },
    ]);
  });

  test('that is delivered again writes nothing, also after it was finished', async () => {
    const portal = freshPortal();
    await jobs.add(robotJob(portal, 'j1'), NOW);
    await jobs.advance(await onlyDue(portal, 'robot'), finished, NOW);

    expect(await jobs.add(robotJob(portal, 'j1'), NOW + 1)).toBe(false);

    expect(await jobs.due(portal, 'robot', NOW + 1, 10)).toEqual([]);
  });

  test('is added once by ten deliveries at the same time', async () => {
    const portal = freshPortal();

    const added = await Promise.all(Array.from({ length: 10 }, () => jobs.add(robotJob(portal, 'j1'), NOW)));

    expect(added.filter(Boolean)).toHaveLength(1);
  });

  test('goes on from the stored progress', async () => {
    const portal = freshPortal();
    await jobs.add(robotJob(portal, 'j1'), NOW);

    await jobs.advance(await onlyDue(portal, 'robot'), progress({ phase: 'answering', code: 'ACCESS_DENIED' }), NOW);

    expect(await onlyDue(portal, 'robot')).toMatchObject({
      phase: 'answering',
      slice: 1,
      cursor: { after: 50 },
      counts: { unbound: 2 },
      code: 'ACCESS_DENIED',
      eventToken: 'event-token',
    });
  });

  test('counts a slice once', async () => {
    const portal = freshPortal();
    await jobs.add(robotJob(portal, 'j1'), NOW);
    const first = await onlyDue(portal, 'robot');
    await jobs.advance(first, progress(), NOW);

    await jobs.advance(first, progress({ counts: { unbound: 99 } }), NOW);
    await jobs.advance(first, finished, NOW);

    expect(await onlyDue(portal, 'robot')).toMatchObject({ slice: 1, counts: { unbound: 2 }, phase: 'waiting' });
  });

  test('leaves the queue when it is finished, drops its token and expires after the kept days', async () => {
    const portal = freshPortal();
    await jobs.add(robotJob(portal, 'j1'), NOW);

    await jobs.advance(await onlyDue(portal, 'robot'), finished, NOW);

    expect(await jobs.due(portal, 'robot', NOW, 10)).toEqual([]);
    expect(await jobs.nextDueAt(portal)).toBeNull();
    expect(await jobs.read(portal, 'j1')).toMatchObject({ phase: 'finished', eventToken: null, slice: 1 });
    const { Item } = await aws.clients.dynamo.send(
      new GetCommand({ TableName: aws.config.tables.jobs, Key: { portal, id: 'j1' } }),
    );
    expect(Item?.expiresAt).toBe(NOW / 1000 + 90 * 86_400);
    expect(Item).not.toHaveProperty('eventToken');
  });

  test('that is put off is not due before, and its slice is the same', async () => {
    const portal = freshPortal();
    await jobs.add(robotJob(portal, 'j1'), NOW);

    await jobs.postpone(await onlyDue(portal, 'robot'), NOW + 5000, 3);

    expect(await jobs.due(portal, 'robot', NOW + 4999, 10)).toEqual([]);
    expect(await onlyDue(portal, 'robot', NOW + 5000)).toMatchObject({ failures: 3, slice: 0, dueAt: NOW + 5000 });
  });

  test('that was finished meanwhile is not put off', async () => {
    const portal = freshPortal();
    await jobs.add(robotJob(portal, 'j1'), NOW);
    const job = await onlyDue(portal, 'robot');
    await jobs.advance(job, finished, NOW);

    await jobs.postpone({ ...job, slice: 1 }, NOW, 1);

    expect(await jobs.nextDueAt(portal)).toBeNull();
  });
});

describe('a job that failed', () => {
  const failed = progress({ phase: 'failed', cursor: null, code: 'GRANT_DEAD' });

  async function failedOnes(portal: string): Promise<Job[]> {
    const found: Job[] = [];
    for await (const job of jobs.failed(portal)) found.push(job);
    return found;
  }

  test('is not worked any more, and listed with what it asked for, the earliest first', async () => {
    const portal = freshPortal();
    for (const id of ['j2', 'j1']) {
      await jobs.add(robotJob(portal, id), NOW);
      await jobs.advance(await onlyDue(portal, 'robot'), failed, NOW + (id === 'j1' ? 1 : 2));
    }

    expect(await jobs.nextDueAt(portal)).toBeNull();
    expect(await failedOnes(portal)).toMatchObject([
      { id: 'j1', phase: 'failed', task: robotJob(portal, 'j1').task, code: 'GRANT_DEAD', eventToken: null },
      { id: 'j2' },
    ]);
  });

  test('is driven again once', async () => {
    const portal = freshPortal();
    await jobs.add(robotJob(portal, 'j1'), NOW);
    await jobs.advance(await onlyDue(portal, 'robot'), failed, NOW);
    const [job] = await failedOnes(portal);
    if (job === undefined) throw new Error('Nothing has failed');

    expect(await jobs.redriven(job)).toBe(true);
    expect(await jobs.redriven(job)).toBe(false);

    expect(await failedOnes(portal)).toEqual([]);
    expect(await jobs.read(portal, 'j1')).toMatchObject({ phase: 'finished' });
  });

  test('makes room for the next event of its element', async () => {
    const portal = freshPortal();
    await jobs.coalesce(eventJob(portal), NOW);
    const first = await onlyDue(portal);
    await jobs.take([first]);
    await jobs.advance(first, failed, NOW);

    await jobs.coalesce(eventJob(portal), NOW + 1);

    expect((await onlyDue(portal, 'event', NOW + 1)).id).not.toBe(first.id);
    expect(await failedOnes(portal)).toEqual([]);
  });
});

test('a job whose workflow was answered early has no token any more and goes on', async () => {
  const portal = freshPortal();
  await jobs.add({ ...robotJob(portal, 'j1'), answerBy: NOW + 60_000 }, NOW);
  const job = await onlyDue(portal, 'robot');
  expect(job.answerBy).toBe(NOW + 60_000);

  await jobs.answered(job);

  expect(await onlyDue(portal, 'robot')).toEqual({ ...job, eventToken: null, answerBy: null });
});

describe('the queue of a portal', () => {
  test('gives the earliest first, and no more than asked for', async () => {
    const portal = freshPortal();
    await jobs.add(robotJob(portal, 'late'), NOW + 10);
    await jobs.add(robotJob(portal, 'early'), NOW);
    await jobs.add(robotJob(portal, 'later'), NOW + 20);

    const due = await jobs.due(portal, 'robot', NOW + 20, 2);

    expect(due.map(({ id }) => id)).toEqual(['early', 'late']);
  });

  test('keeps its lanes and other portals apart', async () => {
    const [portal, other] = [freshPortal(), freshPortal()];
    await jobs.add(sweepJob(portal, 's1'), NOW);
    await jobs.add(robotJob(other, 'r1'), NOW);

    expect(await jobs.due(portal, 'robot', NOW, 10)).toEqual([]);
    expect((await jobs.due(portal, 'sweep', NOW, 10)).map(({ id }) => id)).toEqual(['s1']);
  });

  test('knows when the next job of any lane is due', async () => {
    const portal = freshPortal();
    expect(await jobs.nextDueAt(portal)).toBeNull();

    await jobs.add(robotJob(portal, 'r1'), NOW + 9000);
    await jobs.add(sweepJob(portal, 's1'), NOW + 4000);

    expect(await jobs.nextDueAt(portal)).toBe(NOW + 4000);
  });

  test('gives more jobs than fit into one page of the service', async () => {
    const portal = freshPortal();
    const cause = 'x'.repeat(300_000);
    for (const id of ['a', 'b', 'c', 'd', 'e']) await jobs.add({ ...sweepJob(portal, id), cause }, NOW);

    const due = await jobs.due(portal, 'sweep', NOW, 10);

    expect(due.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });
});

describe('events of one element', () => {
  test('wait as one job under an id of its own', async () => {
    const portal = freshPortal();

    await jobs.coalesce(eventJob(portal), NOW);
    await jobs.coalesce(eventJob(portal), NOW + 5);

    const job = await onlyDue(portal, 'event', NOW + 5);
    expect(job.id).toMatch(/^event:2:123@./);
    expect(job).toMatchObject({ createdAt: NOW, task: eventJob(portal).task });
    expect(await jobs.read(portal, job.id)).toEqual(job);
  });

  test('wait as one job also when ten arrive at the same time', async () => {
    const portal = freshPortal();

    await Promise.all(Array.from({ length: 10 }, () => jobs.coalesce(eventJob(portal), NOW)));

    await expect(onlyDue(portal)).resolves.toMatchObject({ slice: 0 });
  });

  test('make the slot wait again after the end of a job that was taken before them', async () => {
    const portal = freshPortal();
    await jobs.coalesce(eventJob(portal), NOW);
    const first = await onlyDue(portal);
    await jobs.take([first]);
    await jobs.coalesce(eventJob(portal, 'ONCRMDEALADD'), NOW + 1);
    await jobs.advance(first, progress(), NOW + 2);

    await jobs.advance({ ...first, slice: 1 }, finished, NOW + 3);

    const second = await onlyDue(portal, 'event', NOW + 3);
    expect(second.id).not.toBe(first.id);
    expect(second).toEqual({ ...first, id: second.id, cause: 'ONCRMDEALADD', createdAt: NOW + 3, dueAt: NOW + 3 });
  });

  test('ask for one more job, however many there were', async () => {
    const portal = freshPortal();
    await jobs.coalesce(eventJob(portal), NOW);
    const first = await onlyDue(portal);
    await jobs.take([first]);
    for (let n = 0; n < 3; n++) await jobs.coalesce(eventJob(portal), NOW + n);
    await jobs.advance(first, finished, NOW + 3);

    await jobs.advance(await onlyDue(portal, 'event', NOW + 3), finished, NOW + 4);

    expect(await jobs.nextDueAt(portal)).toBeNull();
  });

  test('that came before the job was taken ask for nothing more', async () => {
    const portal = freshPortal();
    await jobs.coalesce(eventJob(portal), NOW);
    await jobs.coalesce(eventJob(portal), NOW);
    const job = await onlyDue(portal);
    await jobs.take([job]);

    await jobs.advance(job, finished, NOW);

    expect(await jobs.nextDueAt(portal)).toBeNull();
  });

  test('are not forgotten when the job is taken once more, for its next slice or after a crash', async () => {
    const portal = freshPortal();
    await jobs.coalesce(eventJob(portal), NOW);
    const job = await onlyDue(portal);
    await jobs.take([job]);
    await jobs.coalesce(eventJob(portal), NOW);
    await jobs.take([job]);

    await jobs.advance(job, finished, NOW);

    expect(await jobs.nextDueAt(portal)).toBe(NOW);
  });

  test('after the end of a job make a new one', async () => {
    const portal = freshPortal();
    await jobs.coalesce(eventJob(portal), NOW);
    const first = await onlyDue(portal);
    await jobs.take([first]);
    await jobs.advance(first, finished, NOW);

    await jobs.coalesce(eventJob(portal), NOW + 1);

    const second = await onlyDue(portal, 'event', NOW + 1);
    expect(second.id).not.toBe(first.id);
    await jobs.advance(second, finished, NOW + 2);
    expect(await jobs.nextDueAt(portal)).toBeNull(); // nothing of the first job's marks is left
  });

  test('a repeated end of an earlier job does nothing to the next one', async () => {
    const portal = freshPortal();
    await jobs.coalesce(eventJob(portal), NOW);
    const first = await onlyDue(portal);
    await jobs.take([first]);
    await jobs.coalesce(eventJob(portal), NOW);
    await jobs.advance(first, finished, NOW);

    await jobs.advance(first, finished, NOW + 1);
    await jobs.postpone(first, NOW + 9, 1);
    await jobs.take([first]);

    const second = await onlyDue(portal);
    expect(second).toMatchObject({ slice: 0, failures: 0 });
    expect(await jobs.read(portal, first.id)).toBeNull();
    await jobs.coalesce(eventJob(portal), NOW);
    expect(await onlyDue(portal)).toEqual(second);
  });

  test('racing with the end of the job are never lost', async () => {
    for (let round = 0; round < 20; round++) {
      const portal = freshPortal();
      await jobs.coalesce(eventJob(portal), NOW);
      const first = await onlyDue(portal);
      await jobs.take([first]);

      await Promise.all([jobs.advance(first, finished, NOW), jobs.coalesce(eventJob(portal), NOW)]);

      expect((await onlyDue(portal)).id).not.toBe(first.id);
    }
  });

  test('taking leaves jobs of other kinds alone', async () => {
    const portal = freshPortal();
    await jobs.add(robotJob(portal, 'j1'), NOW);
    const job = await onlyDue(portal, 'robot');

    await jobs.take([job]);

    expect(await onlyDue(portal, 'robot')).toEqual(job);
  });
});

test('an unknown job is not there', async () => {
  expect(await jobs.read(freshPortal(), 'j1')).toBeNull();
});
