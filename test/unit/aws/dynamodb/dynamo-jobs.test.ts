import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { freshPortal } from '../../../support/aws/fresh-portal.ts';
import { finished, type JobStage, jobStage, NOW, progress, robotJob } from '../../../support/aws/job-stage.ts';

let stage: JobStage;
beforeAll(async () => {
  stage = await jobStage();
});
afterAll(() => stage.close());

describe('a job', () => {
  test('is due at once and keeps all that was asked', async () => {
    const portal = freshPortal();

    expect(await stage.jobs.add(robotJob(portal, 'j1'), NOW)).toBe(true);

    expect(await stage.jobs.due(portal, 'robot', NOW, 10)).toEqual([
      {
        ...robotJob(portal, 'j1'),
        phase: 'waiting',
        events: 0,
        builtAt: [],
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
    await stage.jobs.add(robotJob(portal, 'j1'), NOW);
    await stage.jobs.advance(await stage.onlyDue(portal, 'robot'), finished, NOW);

    expect(await stage.jobs.add(robotJob(portal, 'j1'), NOW + 1)).toBe(false);

    expect(await stage.jobs.due(portal, 'robot', NOW + 1, 10)).toEqual([]);
  });

  test('is added once by ten deliveries at the same time', async () => {
    const portal = freshPortal();

    const added = await Promise.all(Array.from({ length: 10 }, () => stage.jobs.add(robotJob(portal, 'j1'), NOW)));

    expect(added.filter(Boolean)).toHaveLength(1);
  });

  test('continues from the stored progress', async () => {
    const portal = freshPortal();
    await stage.jobs.add(robotJob(portal, 'j1'), NOW);

    await stage.jobs.advance(
      await stage.onlyDue(portal, 'robot'),
      progress({ phase: 'answering', code: 'ACCESS_DENIED' }),
      NOW,
    );

    expect(await stage.onlyDue(portal, 'robot')).toMatchObject({
      phase: 'answering',
      slice: 1,
      cursor: { after: 50 },
      counts: { unbound: 2 },
      code: 'ACCESS_DENIED',
      eventToken: 'event-token',
    });
  });

  test('may begin within the work, as one that is redriven', async () => {
    const portal = freshPortal();
    await stage.jobs.add({ ...robotJob(portal, 'j1'), cursor: { after: 6 } }, NOW);

    expect(await stage.onlyDue(portal, 'robot')).toMatchObject({ cursor: { after: 6 } });
  });

  test('has its trouble counted from the last progress on, and keeps the count when it ends', async () => {
    const portal = freshPortal();
    await stage.jobs.add(robotJob(portal, 'j1'), NOW);
    await stage.jobs.postpone(await stage.onlyDue(portal, 'robot'), NOW, 11);

    await stage.jobs.advance(await stage.onlyDue(portal, 'robot'), progress(), NOW);
    const after = await stage.onlyDue(portal, 'robot');
    await stage.jobs.postpone(after, NOW, 4);
    await stage.jobs.advance(after, progress({ phase: 'answering' }), NOW);

    expect(after.failures).toBe(0);
    expect(await stage.onlyDue(portal, 'robot')).toMatchObject({ failures: 4 });
  });

  test('counts an intent once', async () => {
    const portal = freshPortal();
    await stage.jobs.add(robotJob(portal, 'j1'), NOW);
    const first = await stage.onlyDue(portal, 'robot');
    await stage.jobs.advance(first, progress(), NOW);

    await stage.jobs.advance(first, progress({ counts: { unbound: 99 } }), NOW);
    await stage.jobs.advance(first, finished, NOW);

    expect(await stage.onlyDue(portal, 'robot')).toMatchObject({ slice: 1, counts: { unbound: 2 }, phase: 'waiting' });
  });

  test('leaves the queue when it is finished, drops its token and expires after the configured days', async () => {
    const portal = freshPortal();
    await stage.jobs.add(robotJob(portal, 'j1'), NOW);

    await stage.jobs.advance(await stage.onlyDue(portal, 'robot'), finished, NOW);

    expect(await stage.jobs.due(portal, 'robot', NOW, 10)).toEqual([]);
    expect(await stage.jobs.nextDueAt(portal)).toBeNull();
    expect(await stage.jobs.read(portal, 'j1')).toMatchObject({ phase: 'finished', eventToken: null, slice: 1 });
    const { Item } = await stage.aws.clients.dynamo.send(
      new GetCommand({ TableName: stage.aws.config.tables.jobs, Key: { portal, id: 'j1' } }),
    );
    expect(Item?.expiresAt).toBe(NOW / 1000 + 90 * 86_400);
    expect(Item).not.toHaveProperty('eventToken');
  });

  test('that is postponed is not due before, and its intent is the same', async () => {
    const portal = freshPortal();
    await stage.jobs.add(robotJob(portal, 'j1'), NOW);

    await stage.jobs.postpone(await stage.onlyDue(portal, 'robot'), NOW + 5000, 3);

    expect(await stage.jobs.due(portal, 'robot', NOW + 4999, 10)).toEqual([]);
    expect(await stage.onlyDue(portal, 'robot', NOW + 5000)).toMatchObject({
      failures: 3,
      slice: 0,
      dueAt: NOW + 5000,
    });
  });

  test('that was finished meanwhile is not postponed', async () => {
    const portal = freshPortal();
    await stage.jobs.add(robotJob(portal, 'j1'), NOW);
    const job = await stage.onlyDue(portal, 'robot');
    await stage.jobs.advance(job, finished, NOW);

    await stage.jobs.postpone({ ...job, slice: 1 }, NOW, 1);

    expect(await stage.jobs.nextDueAt(portal)).toBeNull();
  });
});

test('a job whose workflow was answered early has no token any more and continues', async () => {
  const portal = freshPortal();
  await stage.jobs.add({ ...robotJob(portal, 'j1'), answerBy: NOW + 60_000 }, NOW);
  const job = await stage.onlyDue(portal, 'robot');
  expect(job.answerBy).toBe(NOW + 60_000);

  await stage.jobs.dropEventToken(job);

  expect(await stage.onlyDue(portal, 'robot')).toEqual({ ...job, eventToken: null, answerBy: null });
});

test('an unknown job is not found', async () => {
  expect(await stage.jobs.read(freshPortal(), 'j1')).toBeNull();
});
