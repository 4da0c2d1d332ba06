import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Job } from '../../../../lib/jobs/job.ts';
import { freshPortal } from '../../../support/aws/fresh-portal.ts';
import { eventJob, failed, type JobStage, jobStage, NOW, robotJob } from '../../../support/aws/job-stage.ts';

let stage: JobStage;
beforeAll(async () => {
  stage = await jobStage();
});
afterAll(() => stage.close());

describe('a job that failed', () => {
  async function failedOnes(portal: string): Promise<Job[]> {
    const found: Job[] = [];
    for await (const job of stage.jobs.failed(portal)) found.push(job);
    return found;
  }

  test('is not worked any more, and listed with what it asked for, the earliest first', async () => {
    const portal = freshPortal();
    for (const id of ['j2', 'j1']) {
      await stage.jobs.add(robotJob(portal, id), NOW);
      await stage.jobs.advance(await stage.onlyDue(portal, 'robot'), failed, NOW + (id === 'j1' ? 1 : 2));
    }

    expect(await stage.jobs.nextDueAt(portal)).toBeNull();
    expect(await failedOnes(portal)).toMatchObject([
      { id: 'j1', phase: 'failed', task: robotJob(portal, 'j1').task, code: 'GRANT_DEAD', eventToken: null },
      { id: 'j2' },
    ]);
  });

  test('is redriven once', async () => {
    const portal = freshPortal();
    await stage.jobs.add(robotJob(portal, 'j1'), NOW);
    await stage.jobs.advance(await stage.onlyDue(portal, 'robot'), failed, NOW);
    const [job] = await failedOnes(portal);
    if (job === undefined) throw new Error('Nothing has failed');

    expect(await stage.jobs.markRedriven(job)).toBe(true);
    expect(await stage.jobs.markRedriven(job)).toBe(false);

    expect(await failedOnes(portal)).toEqual([]);
    expect(await stage.jobs.read(portal, 'j1')).toMatchObject({ phase: 'finished' });
  });

  test('makes room for the next event of its element', async () => {
    const portal = freshPortal();
    await stage.jobs.coalesce(eventJob(portal), NOW);
    const first = await stage.onlyDue(portal);
    await stage.jobs.take([first]);
    await stage.jobs.advance(first, failed, NOW);

    await stage.jobs.coalesce(eventJob(portal), NOW + 1);

    expect((await stage.onlyDue(portal, 'event', NOW + 1)).id).not.toBe(first.id);
    expect(await failedOnes(portal)).toEqual([]);
  });
});
