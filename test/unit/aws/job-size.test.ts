import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { MOST_JOB_BYTES } from '../../../lib/jobs/policy.ts';
import { freshPortal } from '../../support/aws/fresh-portal.ts';
import { eventJob, type JobStage, jobStage, NOW, progress, sweepJob } from '../../support/aws/job-stage.ts';

/** On AWS's DynamoDB Local (`npm run test:aws`) a job that is too large for its index is refused as on AWS itself. */
let stage: JobStage;
beforeAll(async () => {
  stage = await jobStage();
});
afterAll(() => stage.close());

const REST_BYTES = 1_000;
const text = (bytes: number): string => 'x'.repeat(bytes);

test('a job whose task is as large as may be is stored, and one that is larger is refused with advice', async () => {
  const portal = freshPortal();
  const planJob = (id: string, bytes: number) => ({
    ...sweepJob(portal, id),
    task: { kind: 'plan' as const, plan: 'p', rules: text(bytes) },
  });

  expect(await stage.jobs.add(planJob('largest', MOST_JOB_BYTES - REST_BYTES), NOW)).toBe(true);
  await expect(stage.jobs.add(planJob('too-large', MOST_JOB_BYTES), NOW)).rejects.toThrow(
    'The job takes 181 KB, and 180 KB can be stored: ask for fewer activities, outcomes or rules at a time',
  );
  expect((await stage.jobs.due(portal, 'sweep', NOW, 5)).map(({ id }) => id)).toEqual(['largest']);
});

test('a checkpoint may be as large as a job, and one that is larger leaves the job as it was', async () => {
  const portal = freshPortal();
  await stage.jobs.add(sweepJob(portal, 's'), NOW);
  const job = await stage.onlyDue(portal, 'sweep');

  await expect(stage.jobs.advance(job, progress({ cursor: { state: text(MOST_JOB_BYTES) } }), NOW)).rejects.toThrow(
    'ask for fewer',
  );
  expect(await stage.onlyDue(portal, 'sweep')).toEqual(job);
  await stage.jobs.advance(job, progress({ cursor: { state: text(MOST_JOB_BYTES - REST_BYTES) } }), NOW);

  expect(await stage.onlyDue(portal, 'sweep')).toMatchObject({ slice: 1 });
});

test('what is counted is the text as it is stored, in UTF-8', async () => {
  const job = { ...sweepJob(freshPortal(), 's'), cause: 'ж'.repeat(MOST_JOB_BYTES / 2) };

  await expect(stage.jobs.add(job, NOW)).rejects.toThrow('ask for fewer');
});

test('an event job is within its size however many events are counted in it', async () => {
  const portal = freshPortal();
  for (let n = 0; n < 120; n += 1) await stage.jobs.coalesce({ ...eventJob(portal), builtAt: NOW + n }, NOW);

  expect(JSON.stringify(await stage.onlyDue(portal)).length).toBeLessThan(MOST_JOB_BYTES / 50);
});
