import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { awsClients } from '../../../../lib/aws/aws-clients.ts';
import { awsStores } from '../../../../lib/aws/aws-stores.ts';
import type { JobStore } from '../../../../lib/jobs/job-store.ts';
import { freshPortal } from '../../../support/aws/fresh-portal.ts';
import {
  eventJob,
  failed,
  finished,
  type JobStage,
  jobStage,
  NOW,
  progress,
  robotJob,
} from '../../../support/aws/job-stage.ts';

let stage: JobStage;
beforeAll(async () => {
  stage = await jobStage();
});
afterAll(() => stage.close());

describe('events of one element', () => {
  test('wait as one job with an id of its own', async () => {
    const portal = freshPortal();

    await stage.jobs.coalesce(eventJob(portal), NOW);
    await stage.jobs.coalesce(eventJob(portal), NOW + 5);

    const job = await stage.onlyDue(portal, 'event', NOW + 5);
    expect(job.id).toMatch(/^event:2:123@./);
    expect(job).toMatchObject({ createdAt: NOW, task: eventJob(portal).task });
    expect(await stage.jobs.read(portal, job.id)).toEqual(job);
  });

  test('wait as one job even if ten arrive at the same time', async () => {
    const portal = freshPortal();

    await Promise.all(Array.from({ length: 10 }, () => stage.jobs.coalesce(eventJob(portal), NOW)));

    await expect(stage.onlyDue(portal)).resolves.toMatchObject({ slice: 0 });
  });

  test('make another run after the end of a job that was taken before them', async () => {
    const portal = freshPortal();
    await stage.jobs.coalesce(eventJob(portal), NOW);
    const first = await stage.onlyDue(portal);
    await stage.jobs.take([first]);
    await stage.jobs.coalesce(eventJob(portal, 'ONCRMDEALADD'), NOW + 1);
    await stage.jobs.advance(first, progress(), NOW + 2);

    await stage.jobs.advance({ ...first, slice: 1 }, finished, NOW + 3);

    const second = await stage.onlyDue(portal, 'event', NOW + 3);
    expect(second.id).not.toBe(first.id);
    expect(second).toEqual({ ...first, id: second.id, cause: 'ONCRMDEALADD', createdAt: NOW + 3, dueAt: NOW + 3 });
  });

  test('ask for one more run, however many there were', async () => {
    const portal = freshPortal();
    await stage.jobs.coalesce(eventJob(portal), NOW);
    const first = await stage.onlyDue(portal);
    await stage.jobs.take([first]);
    for (let n = 0; n < 3; n++) await stage.jobs.coalesce(eventJob(portal), NOW + n);
    await stage.jobs.advance(first, finished, NOW + 3);

    await stage.jobs.advance(await stage.onlyDue(portal, 'event', NOW + 3), finished, NOW + 4);

    expect(await stage.jobs.nextDueAt(portal)).toBeNull();
  });

  test('that came before the job was taken ask for nothing more', async () => {
    const portal = freshPortal();
    await stage.jobs.coalesce(eventJob(portal), NOW);
    await stage.jobs.coalesce(eventJob(portal), NOW);
    const job = await stage.onlyDue(portal);
    await stage.jobs.take([job]);

    await stage.jobs.advance(job, finished, NOW);

    expect(await stage.jobs.nextDueAt(portal)).toBeNull();
  });

  test('are not forgotten when the job is taken again, for its next intent or after a crash', async () => {
    const portal = freshPortal();
    await stage.jobs.coalesce(eventJob(portal), NOW);
    const job = await stage.onlyDue(portal);
    await stage.jobs.take([job]);
    await stage.jobs.coalesce(eventJob(portal), NOW);
    await stage.jobs.take([job]);

    await stage.jobs.advance(job, finished, NOW);

    expect(await stage.jobs.nextDueAt(portal)).toBe(NOW);
  });

  test('after the end of a job make a new one', async () => {
    const portal = freshPortal();
    await stage.jobs.coalesce(eventJob(portal), NOW);
    const first = await stage.onlyDue(portal);
    await stage.jobs.take([first]);
    await stage.jobs.advance(first, finished, NOW);

    await stage.jobs.coalesce(eventJob(portal), NOW + 1);

    const second = await stage.onlyDue(portal, 'event', NOW + 1);
    expect(second.id).not.toBe(first.id);
    await stage.jobs.advance(second, finished, NOW + 2);
    expect(await stage.jobs.nextDueAt(portal)).toBeNull(); // no mark of the first job is left
  });

  test('a repeated end of an earlier job does nothing to the next one', async () => {
    const portal = freshPortal();
    await stage.jobs.coalesce(eventJob(portal), NOW);
    const first = await stage.onlyDue(portal);
    await stage.jobs.take([first]);
    await stage.jobs.coalesce(eventJob(portal), NOW);
    await stage.jobs.advance(first, finished, NOW);

    await stage.jobs.advance(first, finished, NOW + 1);
    await stage.jobs.postpone(first, NOW + 9, 1);
    await stage.jobs.take([first]);

    const second = await stage.onlyDue(portal);
    expect(second).toMatchObject({ slice: 0, failures: 0 });
    expect(await stage.jobs.read(portal, first.id)).toBeNull();
    await stage.jobs.coalesce(eventJob(portal), NOW);
    expect(await stage.onlyDue(portal)).toEqual({ ...second, events: second.events + 1 });
  });

  test('racing with the end of the job are never lost', async () => {
    for (let round = 0; round < 20; round++) {
      const portal = freshPortal();
      await stage.jobs.coalesce(eventJob(portal), NOW);
      const first = await stage.onlyDue(portal);
      await stage.jobs.take([first]);

      await Promise.all([stage.jobs.advance(first, finished, NOW), stage.jobs.coalesce(eventJob(portal), NOW)]);

      expect((await stage.onlyDue(portal)).id).not.toBe(first.id);
    }
  });

  test.each([
    { end: failed, untilCall: 1, when: 'when the job was found to be unfinished' },
    { end: failed, untilCall: 2, when: 'when the job was read' },
    { end: finished, untilCall: 2, when: 'when the job was read' },
  ])('that meet a job which has $end.phase $when make a new one', async ({ end, untilCall }) => {
    const portal = freshPortal();
    await stage.jobs.coalesce(eventJob(portal), NOW);
    const first = await stage.onlyDue(portal);
    const interrupted = jobsInterruptedAfter(untilCall, () => stage.jobs.advance(first, end, NOW));

    await interrupted.coalesce(eventJob(portal), NOW);

    expect((await stage.onlyDue(portal)).id).not.toBe(first.id);
  });

  test('taking leaves jobs of other kinds alone', async () => {
    const portal = freshPortal();
    await stage.jobs.add(robotJob(portal, 'j1'), NOW);
    const job = await stage.onlyDue(portal, 'robot');

    await stage.jobs.take([job]);

    expect(await stage.onlyDue(portal, 'robot')).toEqual(job);
  });
});

/** A store of the same jobs; something happens right after one of its calls. */
function jobsInterruptedAfter(call: number, happen: () => Promise<void>): JobStore {
  const clients = awsClients(stage.aws.config);
  let calls = 0;
  clients.dynamo.middlewareStack.add(
    (next) => async (args) => {
      const answer = await next(args).then(
        (given) => () => given,
        (error: unknown) => () => {
          throw error;
        },
      );
      calls += 1;
      if (calls === call) await happen();
      return answer();
    },
    { step: 'initialize' },
  );
  return awsStores(stage.aws.config, { clients }).jobs;
}
